// Asks the server: types from the OpenAPI document, wx.request for transport. A request that may be repeated is repeated
// while the network is lost or the server is busy, with jitter, under the same Idempotency-Key.
import type { components, paths } from "../../var/page-types/openapi";

export type Schema<N extends keyof components["schemas"]> = components["schemas"][N];
export type Method = "get" | "post" | "delete";
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Json<R> = R extends { content: { "application/json": infer J } } ? J : R extends { content?: never } ? null : never;
export type Answer<P extends keyof paths, M extends Method> = Operation<P, M> extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202 | 204)]> : never;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? { body: B } : { body?: undefined };
type Named<O, K extends string> = O extends { parameters: { [N in K]: infer V } } ? (V extends undefined ? {} : { [N in K]: V }) : {};
type Query<O> = O extends { parameters: { query?: infer V } } ? { query?: V } : {};
export type Args<P extends keyof paths, M extends Method> = Body<Operation<P, M>> & Named<Operation<P, M>, "path"> & Query<Operation<P, M>>;

/** The server refused, with its code; status 0 and code "offline" mean that nobody answered. */
export class Refused extends Error {
  constructor(readonly status: number, readonly problem: Partial<Schema<"Problem">>, readonly retryAfterS = 0) {
    super(problem.title ?? String(status));
  }
  get code(): string {
    return this.problem.code ?? `http_${this.status}`;
  }
}
/** Somebody ended a wait. */
export class Stopped extends Error {}

/** A wait before a repetition: `now` ends it early, `stop` gives up. */
export interface Wait {
  reason: "busy" | "offline";
  seconds: number;
  now(): void;
  stop(): void;
}
export interface Options {
  token?: string;
  key?: string;
  language: string;
  /** Called when a wait begins, with null when it is over. Without it nothing is repeated. */
  onWait?: (wait: Wait | null) => void;
}

export const newKey = (): string => Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join("");

/** Milliseconds by which the server's clock is ahead of the phone's. */
export const clock = { aheadMs: 0 };
const BUSY = [429, 502, 503, 504];
const OFFLINE_S_MAX = 20;
const TIMEOUT_MS = 20000;

export function waitS(error: Refused, failures: number, random = Math.random()): number {
  if (error.status === 0) return Math.min(OFFLINE_S_MAX, 1.5 * 1.6 ** failures) * (0.6 + 0.8 * random);
  return (error.retryAfterS || 2) * Math.min(8, 1.4 ** failures) * (1 + random);
}

export async function request(base: string, method: Method, path: string, args: any, options: Options): Promise<any> {
  let address = base + path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(args.path[name]));
  const query = Object.entries(args.query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  if (query.length > 0) address += `?${query.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
  const header: Record<string, string> = { "Accept-Language": options.language, ...args.header };
  if (options.token) header.Authorization = `Bearer ${options.token}`;
  if (options.key) header["Idempotency-Key"] = options.key;
  if (args.body !== undefined && !header["Content-Type"]) header["Content-Type"] = "application/json";
  for (let failures = 0; ; failures += 1) {
    try {
      return await once(address, method, args.body, header);
    } catch (error) {
      if (!options.onWait || !(error instanceof Refused) || (error.status !== 0 && !BUSY.includes(error.status))) throw error;
      await pause(error, failures, options.onWait);
    }
  }
}

function once(url: string, method: Method, body: unknown, header: Record<string, string>): Promise<any> {
  const isRaw = body instanceof ArrayBuffer;
  return new Promise((resolve, reject) =>
    wx.request({
      url,
      header,
      method: method.toUpperCase() as "GET",
      data: body === undefined ? undefined : isRaw ? body : JSON.stringify(body),
      timeout: TIMEOUT_MS,
      success: ({ statusCode, data, header: found }: { statusCode: number; data: any; header: Record<string, string> }) => {
        const named = (name: string) => found[name] ?? found[name.toLowerCase()];
        const serverTime = Date.parse(named("Date") ?? "");
        if (serverTime) clock.aheadMs = serverTime - Date.now();
        if (statusCode < 300) resolve(statusCode === 204 ? null : data);
        else reject(new Refused(statusCode, typeof data === "object" && data ? data : {}, Number(named("Retry-After")) || 0));
      },
      fail: () => reject(new Refused(0, { code: "offline" })),
    }),
  );
}

/** With jitter, so that a stadium of phones does not come back in the same instant; ends early when the network is back. */
function pause(error: Refused, failures: number, onWait: (wait: Wait | null) => void): Promise<void> {
  const seconds = waitS(error, failures);
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      wx.offNetworkStatusChange(back as never);
      onWait(null);
      settle();
    };
    const now = () => finish(resolve);
    const back = (change: { isConnected?: boolean }) => {
      if (change.isConnected) now();
    };
    const timer = setTimeout(now, seconds * 1000);
    wx.onNetworkStatusChange(back);
    onWait({ reason: error.status === 0 ? "offline" : "busy", seconds: Math.ceil(seconds), now, stop: () => finish(() => reject(new Stopped())) });
  });
}
