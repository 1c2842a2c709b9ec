// A part of the account: read when it is first looked at, read again when something changed, patient all the while.
import { Unreachable, newKey } from "./api.js";
import { byId, h } from "./dom.js";
import { Stopped, patiently, reasonToWait } from "./retry.js";
import { showRefusal } from "./result.js";
import { showWait } from "./wait_notice.js";
import { t } from "./i18n.js";

const SLOW_MS = 300;

export class Section {
  /** `read` asks the server and draws; it may be called again at any time. */
  constructor(panel, read) {
    this.panel = panel;
    this.read = read;
    this.isStale = true;
    this.reading = null;
    this.waiting = h("div", { class: "waiting", role: "status", hidden: true });
    this.refusal = h("section", { class: "refusal", role: "alert", tabindex: "-1", hidden: true });
    this.busy = h("p", { class: "note section-busy", role: "status", hidden: true }, t("loading"));
    panel.prepend(this.waiting, this.refusal, this.busy);
  }

  /** One reading at a time; what changed during one is read after it. */
  open() {
    if (!this.isStale) return this.reading ?? Promise.resolve();
    this.isStale = false;
    this.reading = (this.reading ?? Promise.resolve()).then(() => this.#load());
    return this.reading;
  }

  async #load() {
    this.refusal.hidden = true;
    const slow = setTimeout(() => (this.busy.hidden = false), SLOW_MS);
    this.panel.setAttribute("aria-busy", "true");
    try {
      await patiently(() => this.read(), { onWait: (wait) => showWait(this.waiting, wait) });
      this.panel.dataset.ready = "true";
    } catch (error) {
      this.isStale = true;
      showRefusal(error instanceof Stopped ? new Unreachable() : error, this.refusal);
      this.refusal.append(h("p", {}, h("button", { class: "button tiny", type: "button", onclick: () => this.open() }, t("account.reload"))));
    } finally {
      clearTimeout(slow);
      this.busy.hidden = true;
      this.panel.removeAttribute("aria-busy");
    }
  }

  /**
   * What a press asks for, repeated until it is answered. `attempt(key)` gets one key for one intent: while nobody
   * has answered, pressing again with the same `content` is the same intent. Returns null when it was refused.
   */
  async press(button, content, attempt, place = this) {
    if (button.getAttribute("aria-busy") === "true") return null;
    const intent = JSON.stringify(content);
    const key = keys.get(intent) ?? newKey();
    keys.set(intent, key);
    place.refusal.hidden = true;
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      const answer = await patiently(() => attempt(key), { onWait: (wait) => showWait(place.waiting, wait) });
      keys.delete(intent);
      return answer;
    } catch (error) {
      if (error instanceof Stopped) return null;
      if (reasonToWait(error) === null) keys.delete(intent);
      showRefusal(error, place.refusal);
      return null;
    } finally {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  }
}

const keys = new Map();

/** Rows of a list that goes on: a first page and a button for the next. */
export function showPage(list, more, page, row, { isNext = false } = {}) {
  const rows = page.items.map(row);
  if (isNext) list.append(...rows);
  else list.replaceChildren(...rows);
  more.hidden = page.next_cursor === null;
  more.dataset.cursor = page.next_cursor ?? "";
}

/** Where a dialog tells what it waits for, and what it was refused. */
export function placeIn(element) {
  const waiting = h("div", { class: "waiting", role: "status", hidden: true });
  const refusal = h("section", { class: "refusal", role: "alert", tabindex: "-1", hidden: true });
  element.append(waiting, refusal);
  return { waiting, refusal };
}

export const panelOf = (name) => byId(`panel-${name}`);
