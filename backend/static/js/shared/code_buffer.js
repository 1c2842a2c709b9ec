// Rotating codes, fetched ahead: the code of each moment by the server's clock, for as long as the fetched ones last.
import { Refused } from "./api.js";
import { SignedOut } from "./session.js";

const RETRY_MS = 3000;
const RETRY_MS_MAX = 15_000;

/** @typedef {{items: {code: string, url?: string, from: string, to: string}[], as_of: string}} Ahead */

/** @template {Ahead} A */
export class CodeBuffer {
  /**
   * `onRefused(error)` is called when waiting would change nothing.
   * @param {() => Promise<A>} fetchAhead @param {{everyMs: number, onFetched: (answer: A) => unknown, onRefused: (error: any) => unknown}} options
   */
  constructor(fetchAhead, { everyMs, onFetched, onRefused }) {
    this.fetchAhead = fetchAhead;
    this.everyMs = everyMs;
    this.onFetched = onFetched;
    this.onRefused = onRefused;
    /** @type {RotatingCode[]} */
    this.items = [];
    this.aheadMs = 0;
    this.isLost = false;
    this.failures = 0;
    this.timer = 0;
    this.isFetching = false;
    this.isStopped = false;
    this.again = () => this.#fetch();
    window.addEventListener("online", this.again);
  }

  start() {
    return this.#fetch();
  }

  stop() {
    clearTimeout(this.timer);
    window.removeEventListener("online", this.again);
    this.isStopped = true;
  }

  /** The code of this moment with what is left of its time, as a share and in ms; null when there is none. */
  get current() {
    const now = this.now;
    const found = this.items.find((item) => item.from <= now && now < item.to);
    return found ? { ...found, left: (found.to - now) / (found.to - found.from), leftMs: found.to - now } : null;
  }

  get now() {
    return Date.now() + this.aheadMs;
  }

  /** How long the fetched codes last. */
  get lastsMs() {
    return Math.max(0, (this.items.at(-1)?.to ?? 0) - this.now);
  }

  async #fetch() {
    clearTimeout(this.timer);
    if (this.isStopped || this.isFetching) return;
    this.isFetching = true;
    const askedAt = Date.now();
    try {
      const answer = await this.fetchAhead();
      // The server read its clock somewhere between the question and the answer: half the way is the best guess.
      this.aheadMs = Date.parse(answer.as_of) - (askedAt + Date.now()) / 2;
      this.items = answer.items.map((item) => ({ ...item, from: Date.parse(item.from), to: Date.parse(item.to) }));
      this.isLost = false;
      this.failures = 0;
      this.onFetched(answer);
      this.#later(this.everyMs);
    } catch (error) {
      const isFinal = error instanceof Refused && error.status < 500 && error.status !== 429;
      if (isFinal || error instanceof SignedOut) {
        this.items = [];
        this.onRefused(error);
        return;
      }
      this.isLost = true;
      this.failures += 1;
      // A hall full of screens does not come back in one instant.
      this.#later(Math.min(RETRY_MS_MAX, RETRY_MS * 1.5 ** (this.failures - 1)) * (0.7 + 0.6 * Math.random()));
    } finally {
      this.isFetching = false;
    }
  }

  /** @param {number} ms */
  #later(ms) {
    if (!this.isStopped) this.timer = setTimeout(this.again, ms);
  }
}
