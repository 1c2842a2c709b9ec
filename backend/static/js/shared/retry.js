// Repeating requests that may be repeated, while the server is busy (503 with Retry-After) or the network is lost.
// With jitter, so that a stadium of phones does not come back in the same instant.
import { Refused, Unreachable } from "./api.js";

const BUSY = new Set([429, 502, 503, 504]);
const OFFLINE_S_MAX = 20;
const BUSY_FACTOR_MAX = 8;

/** Somebody pressed "stop" during a wait. */
export class Stopped extends Error {}

/** Why an error may be waited out: "busy", "offline", or null when repeating would change nothing. @param {any} error */
export function reasonToWait(error) {
  if (error instanceof Unreachable) return "offline";
  return error instanceof Refused && BUSY.has(error.status) ? "busy" : null;
}

/**
 * Call `attempt` until it answers. `onWait({reason, seconds, now, stop})` is called every second of a wait and
 * with null when the wait is over; `now()` ends it early, `stop()` gives up (raises Stopped).
 * @template T @param {() => Promise<T>} attempt @param {{onWait?: OnWait, signal?: AbortSignal}} [options] @returns {Promise<T>}
 */
export async function patiently(attempt, { onWait = () => {}, signal } = {}) {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      const reason = signal?.aborted ? null : reasonToWait(error);
      if (reason === null) throw error;
      await pause(reason, secondsToWait(reason, error, failures), onWait, signal);
    }
  }
}

/** @param {"busy" | "offline"} reason @param {any} error @param {number} failures */
export function secondsToWait(reason, error, failures) {
  if (reason === "offline") return Math.min(OFFLINE_S_MAX, 1.5 * 1.6 ** failures) * (0.6 + 0.8 * Math.random());
  return (error.retryAfterS ?? 2) * Math.min(BUSY_FACTOR_MAX, 1.4 ** failures) * (1 + Math.random());
}

/** @param {"busy" | "offline"} reason @param {number} seconds @param {OnWait} onWait @param {AbortSignal} [signal] @returns {Promise<void>} */
function pause(reason, seconds, onWait, signal) {
  const end = Date.now() + seconds * 1000;
  return new Promise((resolve, reject) => {
    /** @param {() => void} settle */
    const finish = (settle) => {
      clearInterval(ticking);
      window.removeEventListener("online", now);
      signal?.removeEventListener("abort", stop);
      onWait(null);
      settle();
    };
    const now = () => finish(resolve);
    const stop = () => finish(() => reject(new Stopped()));
    const tick = () => {
      const left = (end - Date.now()) / 1000;
      if (left <= 0) now();
      else onWait({ reason, seconds: Math.ceil(left), now, stop });
    };
    const ticking = setInterval(tick, 500);
    window.addEventListener("online", now);
    signal?.addEventListener("abort", stop);
    tick();
  });
}

/** Ask for no longer than `ms`: a line that stands open and brings nothing is no line. @template T @param {number} ms @param {AbortSignal} signal @param {(limit: AbortSignal) => Promise<T>} ask */
export async function within(ms, signal, ask) {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, ms);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    return await ask(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
