// A join under way is kept on the phone with its key until it is answered: sent again after a lost network, a closed
// mini-program or an empty battery, it is the same join, and nothing is counted twice.
import { Refused, newKey } from "./client";
import type { Options, Schema } from "./client";
import { ask } from "./session";
import { forget, keep, recall } from "./store";

export interface Kept {
  code: string;
  key: string;
  body: Schema<"ScanRequest">;
}
const KEPT = "joining";

export const keptJoin = (): Kept | null => recall<Kept>(KEPT);

export function keepJoin(code: string, body: Schema<"ScanRequest">): Kept {
  const known = keptJoin();
  if (known && JSON.stringify(known.body) === JSON.stringify(body)) return known;
  const join = { code, key: newKey(), body };
  keep(KEPT, join);
  return join;
}

/** Send a join until it is answered; only an answer or a refusal takes it off the phone. */
export async function sendJoin(join: Kept, options: Partial<Options>): Promise<Schema<"ScanAnswer">> {
  try {
    const answer = await ask("post", "/v1/scans", { body: join.body }, { ...options, key: join.key });
    forget(KEPT);
    return answer;
  } catch (error) {
    const isAnswered = error instanceof Refused && error.status >= 400 && error.status < 500 && ![401, 429].includes(error.status);
    // What is refused for want of a consent or an age is sent again under the same key.
    if (isAnswered && !["consent_needed", "age_needed"].includes(error.code)) forget(KEPT);
    throw error;
  }
}

export const dropJoin = (): void => forget(KEPT);
