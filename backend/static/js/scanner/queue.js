// Scans made offline, kept in IndexedDB until the server has them; in memory where the browser has none.
import { hex } from "../shared/api.js";
import { openStore } from "./indexed_db.js";

const within = openStore("tianfu-scanner", "scans", { keyPath: "id" });
/** @type {Map<string, QueuedScan>} */
const inMemory = new Map();

/** crypto.randomUUID is missing on plain-http addresses. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

export async function put(/** @type {QueuedScan} */ scan) {
  if ((await within("readwrite", (store) => store.put(scan))) === null) inMemory.set(scan.id, scan);
}

export async function remove(/** @type {string[]} */ ids) {
  const isDone = await within("readwrite", (store) => {
    for (const id of ids) store.delete(id);
  });
  if (isDone === null) for (const id of ids) inMemory.delete(id);
}

/** The scans of a device that the server does not have yet, in the order in which they were made. */
export async function of(/** @type {string} */ deviceId) {
  /** @type {QueuedScan[]} */
  const all = (await within("readonly", (store) => store.getAll())) ?? [...inMemory.values()];
  return all.filter((scan) => scan.device_id === deviceId).sort((one, other) => (one.at_device < other.at_device ? -1 : 1));
}

export async function length() {
  return (await within("readonly", (store) => store.count())) ?? inMemory.size;
}
