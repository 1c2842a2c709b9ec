// A section of a page: read when it is first opened, read again when something changed, waiting while the server is busy.
import { Unreachable, newKey } from "./api.js";
import { byId, h } from "./dom.js";
import { Stopped, patiently, reasonToWait } from "./retry.js";
import { showRefusal } from "./result.js";
import { showWait } from "./wait_notice.js";
import { t } from "./i18n.js";

const SLOW_MS = 300;

/** Keys of requests that nobody has answered yet, by what they ask for. @type {Map<string, string>} */
const keys = new Map();

export class Section {
  /** `read` asks the server and draws; it may be called again at any time. @param {HTMLElement} panel @param {() => unknown} read */
  constructor(panel, read) {
    this.panel = panel;
    this.read = read;
    this.isStale = true;
    /** @type {Promise<void> | null} */
    this.reading = null;
    this.busy = h("p", { class: "note section-busy", role: "status", hidden: true }, t("loading"));
    const { waiting, refusal } = createNotices();
    this.waiting = waiting;
    this.refusal = refusal;
    panel.prepend(this.waiting, this.refusal, this.busy);
  }

  /** One reading at a time; what changed during one is read after it. */
  open() {
    if (!this.isStale) return this.reading ?? Promise.resolve();
    this.isStale = false;
    this.reading = (this.reading ?? Promise.resolve()).then(() => this.#load());
    return this.reading;
  }

  /** Read again although it was read before. */
  reload() {
    this.isStale = true;
    return this.open();
  }

  async #load() {
    this.refusal.hidden = true;
    const slow = setTimeout(() => (this.busy.hidden = false), SLOW_MS);
    this.panel.setAttribute("aria-busy", "true");
    try {
      await patiently(async () => this.read(), { onWait: (wait) => showWait(this.waiting, wait) });
      this.panel.dataset.ready = "true";
    } catch (error) {
      this.isStale = true;
      showRefusal(error instanceof Stopped ? new Unreachable() : error, this.refusal);
      this.refusal.append(reloadButton(() => this.open()));
    } finally {
      clearTimeout(slow);
      this.busy.hidden = true;
      this.panel.removeAttribute("aria-busy");
    }
  }

  /**
   * Send what a pressed button asks for, repeated until it is answered. `attempt(key)` gets one idempotency key per
   * request: until an answer comes, pressing again with the same `content` repeats that request. Null when refused.
   * @template T @param {HTMLButtonElement | HTMLInputElement} button @param {unknown} content
   * @param {(key: string) => Promise<T>} attempt @param {Notices} notices @returns {Promise<T | null>}
   */
  async press(button, content, attempt, notices = this) {
    if (button.getAttribute("aria-busy") === "true") return null;
    const request = JSON.stringify(content);
    const key = keys.get(request) ?? newKey();
    keys.set(request, key);
    notices.refusal.hidden = true;
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      const answer = await patiently(() => attempt(key), { onWait: (wait) => showWait(notices.waiting, wait) });
      keys.delete(request);
      return answer;
    } catch (error) {
      if (error instanceof Stopped) return null;
      if (reasonToWait(error) === null) keys.delete(request);
      showRefusal(error, notices.refusal);
      return null;
    } finally {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  }

  /**
   * A list that is read page by page: the element `name`, and a button `name`-more for the next page. `ask(cursor)` asks
   * for a page, with `cursor` as a part of the query; `none` is said of an empty list. Returns what reads the first page.
   * @template I @param {string} name @param {(cursor: string) => Promise<PageOf<I>>} ask @param {(item: I) => HTMLElement} row
   * @param {() => string} [none]
   */
  list(name, ask, row, none) {
    const more = /** @type {HTMLButtonElement} */ (byId(`${name}-more`));
    const read = async (cursor = "") => {
      const page = await ask(cursorQuery(cursor));
      showPage(byId(name), more, page, row, { isNext: cursor !== "" });
      if (none && page.items.length === 0 && cursor === "") showRows(byId(name), [], none());
      return page;
    };
    more.addEventListener("click", () => this.press(more, more.id, () => read(more.dataset.cursor)));
    return () => read();
  }
}

/** @param {string | null} [cursor] */
export const cursorQuery = (cursor) => (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");

/** Rows in a list, or a note where there are none. @param {HTMLElement} list @param {HTMLElement[]} rows @param {string} none */
export function showRows(list, rows, none) {
  list.replaceChildren(...(rows.length > 0 ? rows : [h("li", { class: "note" }, none)]));
}

/**
 * Rows of a page, and a button for the next one.
 * @template I @param {HTMLElement} list @param {HTMLElement} more @param {PageOf<I>} page @param {(item: I) => HTMLElement} row
 */
export function showPage(list, more, page, row, { isNext = false } = {}) {
  const rows = page.items.map(row);
  if (isNext) list.append(...rows);
  else list.replaceChildren(...rows);
  more.hidden = !page.next_cursor;
  more.dataset.cursor = page.next_cursor ?? "";
}

/** The two places where a request shows that it waits, or that it was refused. @returns {Notices} */
function createNotices() {
  return { waiting: h("div", { class: "waiting", role: "status", hidden: true }), refusal: h("section", { class: "refusal", role: "alert", tabindex: "-1", hidden: true }) };
}

/** The same at the end of a form or a dialog. @param {HTMLElement} element */
export function noticesIn(element) {
  const notices = createNotices();
  element.append(notices.waiting, notices.refusal);
  return notices;
}

/** @param {() => unknown} onclick */
export const reloadButton = (onclick) => h("p", {}, h("button", { class: "button tiny", type: "button", onclick }, t("account.reload")));

/** @param {string} name */
export const panelOf = (name) => byId(`panel-${name}`);
