// Asking the server. Callers tell three outcomes apart: an answer, a refusal with its code (Refused), no answer (Unreachable).
import { LANGUAGE } from "./i18n.js";

const WAIT_MS_MAX = 20_000;

export class Refused extends Error {
  /** @param {number} status @param {Partial<Schema<"Problem">>} problem @param {number | null} [retryAfterS] */
  constructor(status, problem, retryAfterS = null) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.code = problem.code ?? `http_${status}`;
    this.title = problem.title ?? String(status);
    this.detail = problem.detail ?? "";
    this.scope = problem.scope ?? null;
    this.facts = problem.facts ?? {};
    this.errors = problem.errors ?? [];
    this.retryAfterS = retryAfterS;
  }
}

/** Nobody answered; whether the request was carried out is not known. */
export class Unreachable extends Error {}

/** Milliseconds by which the server's clock is ahead of ours, from the Date of its answers. */
export let clockAheadMs = 0;

/** The answer to a request, null when it has no content. @type {Ask} */
export async function ask(path, { method, body, token, key, device, ifMatch, signal } = {}) {
  const response = await send(path, { method, body, token, key, device, ifMatch, signal });
  /** @type {any} */
  let data = null;
  if (response.status === 204) return data;
  try {
    data = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    // A proxy's own page is not our answer; a 2xx that breaks off halfway is no answer at all.
    if (response.ok) throw new Unreachable();
  }
  if (response.ok) return data;
  throw refusalOf(response, data);
}

/** The response as it is; `isStream` leaves it open to `signal` after its headers. @param {string} path @param {SendOptions} [options] */
export async function send(path, { method = "GET", body, token, key, device, ifMatch, signal, accept, isStream = false } = {}) {
  /** @type {Record<string, string>} */
  const headers = { "accept-language": LANGUAGE, accept: accept ?? "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (token) headers.authorization = `Bearer ${token}`;
  if (key) headers["idempotency-key"] = key;
  if (device) headers["x-device"] = device;
  if (ifMatch !== undefined) headers["if-match"] = `"${ifMatch}"`;
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, WAIT_MS_MAX);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  try {
    const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: limit.signal, cache: "no-store" });
    const serverTime = Date.parse(response.headers.get("date") ?? "");
    if (serverTime) clockAheadMs = serverTime - Date.now();
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

/** @param {Response} response @param {any} problem the body, or null when it cannot be read */
export function refusalOf(response, problem) {
  const retryAfterS = Number(response.headers.get("retry-after")) || null;
  return new Refused(response.status, problem ?? {}, retryAfterS);
}

/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** An idempotency key for one request. `crypto.randomUUID` is missing on plain-http addresses. */
export const newKey = () => hex(crypto.getRandomValues(new Uint8Array(16)));
