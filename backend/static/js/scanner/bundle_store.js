// The bundle stays in IndexedDB for the device that it is of, so that a page that is opened anew without a line decides on.
// What is kept is what came, in its order: a whole bundle, its changes, and who went in or out here since.
import { Bundle } from "./bundle.js";
import * as queue from "./queue.js";

const STORE = "changes";
// A whole one again now and then: it ends the list of changes.
const WHOLE_MS_MAX = 6 * 3600 * 1000;

let opening = null;

function open() {
  opening ??= new Promise((resolve) => {
    try {
      const asked = indexedDB.open("tianfu-scanner-bundle", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { autoIncrement: true });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opening;
}

/** What `work` asked for, or null where nothing can be kept: the page then goes on by what it holds. */
async function within(mode, work) {
  const database = await open();
  if (database === null) return null;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const asked = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
  }).catch(() => null);
}

const isWhole = (change) => Boolean(change?.answer?.is_full);

/** No device scans here any more. */
export const forgetBundle = () => within("readwrite", (store) => store.clear());

/** A bundle that outlives its page, until its device is let go. */
export class KeptBundle extends Bundle {
  #deviceId;
  #wholeAt = 0;
  #isForgotten = false;

  constructor(deviceId) {
    super();
    this.#deviceId = deviceId;
    /** Settled when what was kept has been read. */
    this.ready = this.#restore();
  }

  /** The version to ask for changes since; null to ask for the whole. */
  get since() {
    return this.isThere && Date.now() - this.#wholeAt < WHOLE_MS_MAX ? this.version : null;
  }

  async #restore() {
    const changes = (await within("readonly", (store) => store.getAll())) ?? [];
    const [first] = changes;
    if (!isWhole(first) || first.device_id !== this.#deviceId) {
      if (changes.length) await forgetBundle();
      return;
    }
    this.#wholeAt = first.at;
    for (const { answer, serial, direction } of changes) {
      if (answer) super.take(answer);
      else super.note(serial, direction);
    }
    await this.#noteQueue();
  }

  /** What waits here is not in the server's picture yet. */
  async #noteQueue() {
    for (const each of await queue.of(this.#deviceId)) if (each.told === "ok" && each.known) super.note(each.known, each.direction);
  }

  async takeIn(answer) {
    this.take(answer);
    if (answer.is_full) this.#wholeAt = Date.now();
    this.#keep({ answer, at: this.#wholeAt });
    await this.#noteQueue();
  }

  note(serial, direction) {
    super.note(serial, direction);
    this.#keep({ serial, direction });
  }

  async #keep(change) {
    if (this.#isForgotten) return;
    const at = await within("readwrite", (store) => {
      if (isWhole(change)) store.clear();
      return store.put({ ...change, device_id: this.#deviceId });
    });
    // A list with a gap (a full disk) would decide wrongly: better none, and the next answer is asked for whole.
    if (at !== null) return;
    this.#wholeAt = 0;
    await forgetBundle();
  }

  forget() {
    this.#isForgotten = true;
    forgetBundle();
  }
}
