// A desk of operators: one list with a search, a form for a new row, and on each row a form for its changes.
import { Refused } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";
import { t } from "../shared/i18n.js";

const PAGE = 50;
const SEARCH_PAUSE_MS = 250;

/**
 * The row of a list, and what is shown of it: a title, chips, facts, and what may be done.
 * @typedef {{key: string, title: string, chips?: (string | null)[], facts?: [string, string | null][], more?: (HTMLElement | null)[]}} DeskRow
 */

export class DeskList {
  /** `rowOf` says what a row shows; `onOpen` is called when somebody signed in. @param {{path: string, rowOf: (item: any) => DeskRow, onOpen?: () => Promise<unknown>}} options */
  constructor({ path, rowOf, onOpen = async () => {} }) {
    this.path = path;
    this.rowOf = rowOf;
    this.session = new Session("staff");
    /** @type {string | null} */
    this.cursor = null;
    this.asked = 0;
    /** Revisions that were read again after a row's forms were made. @type {Map<string, number>} */
    this.newest = new Map();
    this.signIn = new StaffSignIn(this.session, byId("desk-panel"), { onOpen: () => this.open(onOpen), onClose: () => byId("desk-once").replaceChildren() });
    byId("desk-more").addEventListener("click", () => this.load(this.cursor));
    byId("desk-search").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.load();
    });
    let timer = 0;
    byId("desk-query").addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.load(), SEARCH_PAUSE_MS);
    });
  }

  start() {
    this.signIn.start();
  }

  /** @param {() => Promise<unknown>} onOpen */
  async open(onOpen) {
    await this.load();
    await onOpen().catch((error) => this.fail(byId("desk-notice"), error));
  }

  /** The first page of what is searched for, or the one after a cursor. @param {string | null} cursor */
  async load(cursor = null) {
    const asked = ++this.asked;
    const query = new URLSearchParams({ limit: String(PAGE) });
    const typed = byId("desk-query").value.trim();
    if (typed) query.set("query", typed);
    if (cursor) query.set("cursor", cursor);
    try {
      const page = await patiently(() => this.ask(`${this.path}?${query}`), { onWait: waitIn(byId("desk-notice")) });
      if (asked !== this.asked) return;
      const rows = page.items.map((/** @type {any} */ item) => this.element(item));
      if (cursor) byId("desk-list").append(...rows);
      else byId("desk-list").replaceChildren(...rows);
      this.cursor = page.next_cursor;
      byId("desk-more").hidden = this.cursor === null;
      tell(byId("desk-empty"), byId("desk-list").children.length ? "" : t(typed ? "ops.none.found" : "ops.none"));
      tell(byId("desk-notice"), "");
    } catch (error) {
      this.fail(byId("desk-notice"), error);
    }
  }

  /** @param {any} path @param {any} options @returns {Promise<any>} */
  ask(path, options = {}) {
    return this.session.ask(path, options);
  }

  /** @param {any} path @param {any} body */
  post(path, body) {
    return this.ask(path, { method: "POST", body });
  }

  /** Change a row that somebody may have changed since it was read: then the newest stands beside what was typed, and
   * the same button changes that. @param {string} at @param {any} body @param {{revision: number}} item @returns {Promise<any>} */
  async change(at, body, item) {
    const { key } = this.rowOf(item);
    const seen = this.newest.get(key) ?? item.revision;
    try {
      this.show(await this.ask(`${at}/changes`, { method: "POST", body, ifMatch: seen }));
    } catch (error) {
      if (error instanceof Refused && error.status === 412) await this.refresh(key);
      throw error;
    }
  }

  /** Read a row again and show its facts; its forms keep what was typed into them. @param {string} key */
  async refresh(key) {
    const { items } = await this.ask(`${this.path}?${new URLSearchParams({ limit: String(PAGE), query: key })}`);
    const item = items.find((/** @type {any} */ each) => this.rowOf(each).key === key);
    const old = this.row(key);
    if (!item || !old) return;
    const made = this.element(item);
    this.newest.set(key, item.revision);
    for (const part of [".card-head", ".facts"]) old.querySelector(part)?.replaceWith(/** @type {Element} */ (made.querySelector(part)));
  }

  /** @param {string} key @returns {HTMLElement | null} */
  row(key) {
    return byId("desk-list").querySelector(`[data-row="${CSS.escape(key)}"]`);
  }

  /** @param {any} item @returns {HTMLElement} */
  element(item) {
    const { key, title, chips = [], facts = [], more = [] } = this.rowOf(item);
    this.newest.delete(key);
    return h(
      "li",
      { class: "card desk-row", "data-row": key },
      h("div", { class: "card-head" }, h("h2", {}, title), h("div", { class: "chips" }, chips.map((chip) => chip && h("span", { class: "chip" }, chip)))),
      h("dl", { class: "facts" }, facts.map(([name, value]) => value !== null && value !== "" && h("div", {}, h("dt", {}, t(name)), h("dd", {}, value)))),
      ...more,
    );
  }

  /** Show a row that was changed, or put a new one on top. @param {any} item */
  show(item) {
    const made = this.element(item);
    const old = this.row(made.dataset.row ?? "");
    if (old) old.replaceWith(made);
    else byId("desk-list").prepend(made);
    tell(byId("desk-empty"), "");
    made.tabIndex = -1;
    made.focus();
  }

  /** Something that is shown once, to be copied: a key, a token. @param {string} title @param {string} secret */
  showOnce(title, secret) {
    const field = h("input", { class: "input small", id: "desk-secret", readonly: true, value: secret, "aria-label": title });
    const copy = h("button", { class: "button tiny", type: "button" }, t("accounts.copy"));
    copy.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard?.writeText(secret).catch(() => {});
      copy.textContent = t("accounts.copied");
    });
    byId("desk-once").replaceChildren(h("p", {}, title), h("div", { class: "find" }, field, copy));
    byId("desk-once").hidden = false;
    field.focus();
  }

  /** @param {HTMLElement} line @param {any} error */
  fail(line, error) {
    if (!this.signIn.isSignedOut(error)) tell(line, explain(error));
  }
}
