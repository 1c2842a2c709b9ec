// Codes that rotate, fetched ahead: what is shown at each moment, by the server's clock, for as long as they last.
import { Refused } from "./api.js";
import { SignedOut } from "./session.js";

const RETRY_MS = 3000;
const RETRY_MS_MAX = 15_000;

export class Reserve {
  /** `fetchAhead()` answers {items: [{code, from, to}], as_of, …}; `onRefused(error)` is told what waiting does not change. */
  constructor(fetchAhead, { everyMs, onFetched = () => {}, onRefused = () => {} }) {
    this.fetchAhead = fetchAhead;
    this.everyMs = everyMs;
    this.onFetched = onFetched;
    this.onRefused = onRefused;
    this.items = [];
    this.aheadMs = 0;
    this.isLost = false;
    this.failures = 0;
    this.timer = null;
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

  /** The code of this moment with its place in time from 1 to 0, or null when there is none. */
  get current() {
    const now = this.now;
    const found = this.items.find((item) => item.from <= now && now < item.to);
    return found ? { ...found, left: (found.to - now) / (found.to - found.from), leftMs: found.to - now } : null;
  }

  get now() {
    return Date.now() + this.aheadMs;
  }

  /** How long the codes last that are here. */
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

  #later(ms) {
    if (!this.isStopped) this.timer = setTimeout(this.again, ms);
  }
}
