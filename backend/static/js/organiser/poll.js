// Polling for what changes by itself, while its section of the event is in view.
import { Refused, Unreachable } from "../shared/api.js";

const POLL_MS = 2500;
/** What is polled while a section is in view, by the signal that ends it. @type {WeakMap<AbortSignal, string>} */
const polled = new WeakMap();

/** `onItems(items)` gets each answer; a busy server and a lost network are waited out, any other refusal ends it. */
export async function poll(/** @type {Desk} */ desk, /** @type {string} */ path, /** @type {(items: any[]) => unknown} */ onItems) {
  const { signal } = desk.leaving;
  // Reading a section again does not make it poll twice as often.
  if (polled.get(signal) === path) return;
  polled.set(signal, path);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (signal.aborted) return;
    try {
      const { items } = await desk.session.ask(path, { signal });
      if (!signal.aborted) onItems(items);
    } catch (error) {
      if (!signal.aborted && !(error instanceof Unreachable) && !(error instanceof Refused && error.status >= 429)) return;
    }
    if (signal.aborted) return;
  }
}
