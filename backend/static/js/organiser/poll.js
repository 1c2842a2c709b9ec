// Looking again and again at what changes by itself, while its part of the event is in view.
import { Refused, Unreachable } from "../shared/api.js";

const LOOK_MS = 2500;
const watched = new WeakMap();

/** `look(items)` is called with each answer; a busy server and a lost network are waited out, anything else ends it. */
export async function watch(desk, path, look) {
  const { signal } = desk.leaving;
  // Reading a part again does not make it look twice as often.
  if (watched.get(signal) === path) return;
  watched.set(signal, path);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (signal.aborted) return;
    try {
      const { items } = await desk.session.ask(path, { signal });
      if (signal.aborted) return;
      look(items);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Unreachable) && !(error instanceof Refused && error.status >= 429)) return;
    }
  }
}
