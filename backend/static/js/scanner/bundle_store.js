// A device's bundle is kept in IndexedDB, so that the page decides scans after it is opened anew without a network.
// The store holds what came, in its order: a whole bundle, its changes, and the badges that went in or out here since.
import { Bundle } from "./bundle.js";
import { openStore } from "./indexed_db.js";
import * as queue from "./queue.js";

const STORE = "changes";
// After so long the bundle is asked for whole again, which ends the list of changes.
const WHOLE_MS_MAX = 6 * 3600 * 1000;

/** What `work` asked for, or null where nothing can be kept: the page then goes on by what it holds. */
const store = openStore("tianfu-scanner-bundle", STORE, { autoIncrement: true });
const within = (/** @type {IDBTransactionMode} */ mode, /** @type {(store: IDBObjectStore) => IDBRequest} */ work) => store(mode, work).catch(() => null);

const isWhole = (/** @type {any} */ change) => Boolean(change?.answer?.is_full);

/** Called when no device scans here any more. */
export const forgetBundle = () => within("readwrite", (kept) => kept.clear());

/** A bundle that outlives its page, until its device is let go. */
export class KeptBundle extends Bundle {
  #deviceId;
  #wholeAt = 0;
  #isForgotten = false;

  constructor(/** @type {string} */ deviceId) {
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
    const changes = (await within("readonly", (kept) => kept.getAll())) ?? [];
    const [first] = changes;
    if (!isWhole(first) || first.device_id !== this.#deviceId) {
      if (changes.length) await forgetBundle();
      return;
    }
    this.#wholeAt = first.at;
    for (const { answer, serial, direction, at } of changes) {
      if (answer) super.take(answer);
      else super.note(serial, direction, at);
    }
    await this.#noteQueue();
  }

  /** Scans that wait in the queue are not in the server's bundle yet. */
  async #noteQueue() {
    for (const each of await queue.of(this.#deviceId)) if ((each.told === "ok" || each.told === "overridden") && each.known) super.note(each.known, each.direction, Date.parse(each.at_device));
  }

  async takeIn(/** @type {Schema<"DeviceBundle">} */ answer) {
    this.take(answer);
    if (answer.is_full) this.#wholeAt = Date.now();
    this.#keep({ answer, at: this.#wholeAt });
    await this.#noteQueue();
  }

  note(/** @type {number} */ serial, /** @type {string} */ direction, at = Date.now()) {
    super.note(serial, direction, at);
    this.#keep({ serial, direction, at });
  }

  async #keep(/** @type {object} */ change) {
    if (this.#isForgotten) return;
    const at = await within("readwrite", (kept) => {
      if (isWhole(change)) kept.clear();
      return kept.put({ ...change, device_id: this.#deviceId });
    });
    // A list with a gap (a full disk) would decide wrongly: it is dropped, and the bundle is asked for whole.
    if (at !== null) return;
    this.#wholeAt = 0;
    await forgetBundle();
  }

  forget() {
    this.#isForgotten = true;
    forgetBundle();
  }
}
