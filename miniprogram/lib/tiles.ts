// Tiles to log an action with: one per method, with a field where a quantity is needed.
import { newKey } from "./client";
import type { Options, Schema } from "./client";
import { ask } from "./session";
import { keep, recall } from "./store";
import { count, either, mass, t, word } from "./texts";

export interface Tile {
  code: string;
  name: string;
  unit: string;
  needsQuantity: boolean;
  quantity: string;
  note: string;
  isUsedUp: boolean;
}
const QUANTITY = "2";
const STEPS = "2000";

export const tileOf = (method: Schema<"MethodBrief">): Tile => ({
  code: method.code,
  name: either(method.name),
  unit: either(method.unit_name),
  needsQuantity: method.needs_quantity,
  quantity: method.unit === "step" ? STEPS : QUANTITY,
  note: "",
  isUsedUp: false,
});

/** Log an action; one tap is one key, so that a repeat is never a second action. */
export function logAction(body: Schema<"ActionRequest">, options: Partial<Options>, key = newKey()): Promise<Schema<"ActionAnswer">> {
  return ask("post", "/v1/actions", { body, header: { "X-Device": deviceName() } }, { ...options, key });
}

/** What became of an action, in words. */
export function logged(name: string, answer: Schema<"ActionAnswer">): { text: string; lines: string[] } {
  const facts = { name, mass: mass(answer.reduction_g), points: count(answer.points) };
  const head = `${t(answer.state === "pending" ? "actions.pending" : "actions.done", facts)} · ${t("actions.balance", { balance: count(answer.balance) })}`;
  return { text: head, lines: answer.capped_by ? [t("actions.capped", { cap: word("cap", answer.capped_by) })] : [] };
}

/** A random name that says nothing of its owner: one device that logs for very many people is looked at. */
export function deviceName(): string {
  const name = recall<string>("device") ?? newKey();
  keep("device", name);
  return name;
}
