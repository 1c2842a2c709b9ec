// What the parts of the regulator's desk share: the session, notices, pages of lists, small pieces.
import { byId, h, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { waitIn } from "../shared/wait_notice.js";
import { t, word } from "../shared/i18n.js";

export const NOTE_CHARS_MAX = 400;
export const AGENCIES = /** @type {const} */ (["ecology_environment", "culture_tourism", "sport", "government_offices", "forestry_grassland"]);

export class Desk {
  /** `isSignedOut` says whether an error has ended the session. @param {Session} session @param {(error: unknown) => boolean} isSignedOut */
  constructor(session, isSignedOut) {
    this.session = session;
    this.isSignedOut = isSignedOut;
    this.onWait = waitIn(byId("supervision-notice"));
  }

  get isRegulator() {
    return this.session.tokens?.staff?.role === "regulator";
  }

  /** Read and draw; what goes wrong is told above the part. @param {() => Promise<unknown>} read */
  async show(read) {
    tell(byId("supervision-notice"), "");
    try {
      await patiently(read, { onWait: this.onWait });
    } catch (error) {
      this.fail(byId("supervision-notice"), error);
    }
  }

  /** @param {HTMLElement} place @param {any} error */
  fail(place, error) {
    if (!this.isSignedOut(error)) tell(place, explain(error));
  }

  /** Do what a button asks for, once at a time; a refusal is told beside it. @param {HTMLButtonElement} button @param {HTMLElement} refused @param {() => Promise<unknown>} work */
  async press(button, refused, work) {
    if (button.disabled) return;
    button.disabled = true;
    tell(refused, "");
    try {
      await work();
    } catch (error) {
      this.fail(refused, error);
    } finally {
      button.disabled = false;
    }
  }

  /**
   * A list of pages with a button for the next one. @template I @param {HTMLElement} list @param {HTMLButtonElement} more
   * @param {(cursor: string) => Promise<PageOf<I>>} ask @param {(item: I) => HTMLElement} row @param {string} none
   */
  list(list, more, ask, row, none) {
    let cursor = "";
    const load = async (/** @type {boolean} */ isFresh) => {
      const page = await ask(isFresh ? "" : `&cursor=${encodeURIComponent(cursor)}`);
      const rows = page.items.map(row);
      if (isFresh) list.replaceChildren(...(rows.length ? rows : [h("li", { class: "note" }, none)]));
      else list.append(...rows);
      cursor = page.next_cursor ?? "";
      more.hidden = !page.next_cursor;
    };
    more.onclick = () => this.show(() => load(false));
    return () => this.show(() => load(true));
  }
}

/** @param {[string, string | null][]} pairs */
export const facts = (pairs) => h("dl", { class: "facts" }, pairs.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));

/** @param {string} text @param {string} [state] */
export const chip = (text, state = "") => h("span", { class: "chip", "data-state": state }, text);

export const refusedPlace = () => h("p", { class: "field-error", role: "alert", hidden: true });

/** A labelled input or select. @param {string} label @param {HTMLElement} input */
export const labelled = (label, input) => h("label", { class: "field" }, h("span", {}, label), input);

/** @param {string} name @param {readonly (readonly [string, string])[]} options */
export const select = (name, options) => h("select", { class: "input", name }, options.map(([value, text]) => h("option", { value }, text)));

/** @param {string | null} agency */
export const agencyName = (agency) => (agency ? t(`supervision.agency.${agency}`) : t("supervision.remit.all"));

/** A table of facts by their names, one row each. @param {Record<string, unknown>[]} items */
export function tableOf(items) {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const cell = (/** @type {string} */ name, /** @type {unknown} */ value) => (value === null || value === undefined ? "–" : name === "source" || name === "product" ? word(name, String(value)) : String(value));
  return h(
    "div",
    { class: "scroll", tabindex: "0" },
    h("table", { class: "table compact" }, h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, word("supervision.fact", name))))), h("tbody", {}, items.map((item) => h("tr", {}, names.map((name) => h("td", {}, cell(name, item[name]))))))),
  );
}
