// One way to ask the server. An answer, a refusal with its code, or nobody there: callers tell the three apart.
import { LANGUAGE } from "./i18n.js";

const WAIT_MS_MAX = 20_000;

export class Refused extends Error {
  constructor(status, problem, retryAfterS) {
    super(problem.detail || problem.title);
    this.status = status;
    this.code = problem.code ?? `http_${status}`;
    this.title = problem.title ?? String(status);
    this.detail = problem.detail ?? "";
    this.retryAfterS = retryAfterS;
  }
}

export class Unreachable extends Error {}

/** Milliseconds by which the server's clock is ahead of ours, from the Date of its answers. */
export let clockAheadMs = 0;

export async function ask(path, { method = "GET", body, token, key, signal } = {}) {
  const response = await send(path, { method, body, token, key, signal });
  if (response.status === 204) return null;
  let data = null;
  try {
    data = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    // A page of a proxy is no answer of ours; a 2xx that breaks off halfway is nobody there.
    if (response.ok) throw new Unreachable();
  }
  if (response.ok) return data;
  throw refusalOf(response, data);
}

export async function send(path, { method = "GET", body, token, key, signal, accept, isStream = false } = {}) {
  const headers = { "accept-language": LANGUAGE, accept: accept ?? "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (token) headers.authorization = `Bearer ${token}`;
  if (key) headers["idempotency-key"] = key;
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, WAIT_MS_MAX);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: limit.signal, cache: "no-store" });
    const told = Date.parse(response.headers.get("date") ?? "");
    if (told) clockAheadMs = told - Date.now();
    return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable();
  } finally {
    // A stream goes on after its headers: only the caller may end it.
    clearTimeout(timer);
    if (!isStream) signal?.removeEventListener("abort", stop);
  }
}

export function refusalOf(response, problem) {
  const retryAfterS = Number(response.headers.get("retry-after")) || null;
  return new Refused(response.status, problem ?? {}, retryAfterS);
}

/** A key for one intent. `crypto.randomUUID` is missing on plain-http addresses, so it is made of random bytes. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
