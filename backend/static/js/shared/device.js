// The name that this browser gives itself when it logs actions: one device that logs for very many people is looked at.
import { keep, recall } from "./web_storage.js";

const KEY = "device";
const BYTES = 16;

/** A random name that says nothing of its owner; the same until the browser's storage is emptied. */
export function deviceName() {
  const known = recall(KEY);
  if (typeof known === "string") return known;
  const name = Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  keep(KEY, name);
  return name;
}
