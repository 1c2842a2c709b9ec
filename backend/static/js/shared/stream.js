// Following an event live: server-sent events over fetch (EventSource cannot send a token), and polling while they fail.
import { Refused, ask, refusalOf, send } from "./api.js";
import { secondsToWait, within } from "./retry.js";
import { SignedOut } from "./session.js";

// The server says something every 2 s; silence for longer means that the line is dead, whatever TCP thinks. Who reads the
// figures knows within 5 s that they are old.
const SILENCE_MS_MAX = 4500;
// A page that opens is in no hurry, and a server that has much to do answers late.
const FIRST_OPEN_MS_MAX = 20_000;
const OPEN_MS_MAX = 6000;
const POLL_MS = 2000;
const POLL_MS_MAX = 3000;

/**
 * Follow the event until `signal` aborts. `onStats(stats)` gets every picture, `onState` one of connecting, live,
 * reconnecting, polling. Raises SignedOut, or a Refused that waiting does not change.
 * @param {string} slug @param {Session} session @param {Following & {signal: AbortSignal}} options
 */
export async function follow(slug, session, { onStats, onState, signal }) {
  /** @type {`/v1/events/${string}`} */
  const base = `/v1/events/${encodeURIComponent(slug)}`;
  onState("connecting");
  for (let failures = 0; !signal.aborted; ) {
    const line = new AbortController();
    const hangUp = () => line.abort();
    signal.addEventListener("abort", hangUp);
    let wait = 0.3;
    try {
      const opening = setTimeout(hangUp, failures === 0 ? FIRST_OPEN_MS_MAX : OPEN_MS_MAX);
      const response = await session.with((token) => open(`${base}/live`, token, line.signal)).finally(() => clearTimeout(opening));
      await read(/** @type {ReadableStream<any>} */ (response.body), hangUp, (stats) => {
        failures = 0;
        onState("live");
        onStats(stats);
      });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof SignedOut || (error instanceof Refused && error.status < 500 && error.status !== 429)) throw error;
      wait = secondsToWait(error instanceof Refused ? "busy" : "offline", error, failures);
    } finally {
      signal.removeEventListener("abort", hangUp);
      line.abort();
    }
    if (signal.aborted) return;
    failures += 1;
    onState("reconnecting");
    await pollFor(wait, `${base}/stats`, { onStats, onState }, signal);
  }
}

/** @typedef {{onStats: (stats: Stats) => unknown, onState: (state: string) => unknown}} Following */

/** @param {string} path @param {string} token @param {AbortSignal} signal */
async function open(path, token, signal) {
  const response = await send(path, { token, signal, accept: "text/event-stream", isStream: true });
  if (response.ok) return response;
  throw refusalOf(response, await response.json().catch(() => null));
}

/** @param {ReadableStream<any>} body @param {() => void} hangUp @param {(stats: Stats) => void} onStats */
async function read(body, hangUp, onStats) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const silence = setTimeout(hangUp, SILENCE_MS_MAX);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    const messages = (rest + value).split("\n\n");
    rest = messages.pop() ?? "";
    for (const message of messages) {
      const lines = message.split("\n");
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length > 0 && lines.includes("event: stats")) onStats(JSON.parse(data.join("\n")));
    }
  }
}

/** Poll for the numbers until it is time to try the stream again. @param {number} seconds @param {`/v1/events/${string}/stats`} path @param {Following} following @param {AbortSignal} signal */
async function pollFor(seconds, path, { onStats, onState }, signal) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && !signal.aborted) {
    if (end - Date.now() > POLL_MS / 2) {
      try {
        onStats(await within(POLL_MS_MAX, signal, (limit) => ask(path, { signal: limit })));
        onState("polling");
      } catch {
        onState("reconnecting");
      }
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(POLL_MS, Math.max(50, end - Date.now()))));
  }
}
