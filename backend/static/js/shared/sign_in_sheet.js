// The sheet that citizens sign in with: the ways that this service offers, as far as they work in this browser.
import { Refused, Unreachable, ask } from "./api.js";
import { CodeSteps } from "./sign_in_codes.js";
import { badgeAttempt } from "./citizen.js";
import { demoName } from "./demo_person.js";
import { h, icon, tell } from "./dom.js";
import { inWeChat } from "./in_wechat.js";
import { hasPasskeys, usePasskey } from "./passkeys.js";
import { explainField } from "./refusal.js";
import { patiently } from "./retry.js";
import { showWait } from "./wait_notice.js";
import { waysIn } from "./ways_in.js";
import { either, t } from "./i18n.js";

/**
 * @typedef {import("./ways_in.js").Way} Way
 * What a page says beside the ways, and which of them it takes. `badge` is the code of a badge that was scanned: without
 * it nobody can be a guest. `submit` takes what signs somebody in, where that is not to open a session. `leave` is called
 * before the page gives way to that of a provider.
 * @typedef {{title?: string, note?: string, badge?: string, only?: string[], without?: string[], submit?: (attempt: Attempt) => Promise<any>, leave?: (way: string) => unknown}} SheetOptions
 * @typedef {{provider: string, code?: string, state?: string, challenge?: string, passkey?: any}} Attempt
 * @typedef {{button: string, start: () => unknown}} Offer
 */

/** @type {Record<string, string>} */
const ICONS = { badge: "qr", email: "mail", phone: "phone", wechat_web: "wechat", oidc: "shield", passkey: "key", demo: "people" };

/** Where sessions begin; the ways bring paths of their own. */
const PATHS = { options: "/v1/sessions/passkey-options" };

/** Ask somebody to sign in. The tokens and the way that was taken, or null where the sheet was closed. @param {SheetOptions} options @returns {Promise<(Tokens & {way: string}) | null>} */
export function signInBySheet(options = {}) {
  return new Promise((resolve) => new Sheet(options, resolve).open());
}

/** Whether a way works in this browser, for what the sheet was opened for. @param {Way} way @param {SheetOptions} options */
function isUsable({ provider, facts }, { badge, only, without = [], submit }) {
  if ((only && !only.includes(provider)) || without.includes(provider) || !(provider in ICONS)) return false;
  if (provider === "badge") return badge !== undefined;
  if (provider === "passkey") return hasPasskeys() && !inWeChat();
  // A provider's page leads back to a sign-in, and to nothing else.
  if (provider === "wechat_web" || provider === "oidc") return submit === undefined && String(facts.start).startsWith("/v1/") && (provider === "oidc" || !facts.in_wechat_only || inWeChat());
  return true;
}

/** Whether an error is one that people are told, and no mistake of ours. @param {any} error */
const isTold = (error) => [Refused, Unreachable, DOMException].some((kind) => error instanceof kind);

class Sheet {
  /** @param {SheetOptions} options @param {(tokens: any) => unknown} resolve */
  constructor(options, resolve) {
    this.options = options;
    this.title = h("h2", { id: "sheet-title", tabindex: "-1" }, options.title ?? t("sign_in.title"));
    this.body = h("div", {});
    this.waiting = h("div", { class: "waiting", role: "status", hidden: true });
    this.error = h("p", { class: "field-error", id: "sheet-error", role: "alert", hidden: true });
    const close = h("button", { class: "sheet-close", type: "button", id: "sheet-close", "aria-label": t("sign_in.close") }, icon("close"));
    this.dialog = h("dialog", { class: "dialog sheet", id: "sheet", "aria-labelledby": "sheet-title" }, close, this.title, this.body, this.error, this.waiting);
    /** @type {(Tokens & {way: string}) | null} */
    this.found = null;
    this.limit = new AbortController();
    /** @type {Way[]} */
    this.ways = [];
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => {
      this.limit.abort();
      this.dialog.remove();
      resolve(this.found);
    });
  }

  async open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.title.focus();
    this.body.replaceChildren(h("p", { class: "note", role: "status" }, t("loading")));
    try {
      this.ways = await patiently(waysIn, { onWait: (wait) => showWait(this.waiting, wait), signal: this.limit.signal });
      this.choose();
    } catch (error) {
      if (this.limit.signal.aborted) return;
      this.body.replaceChildren(h("div", { class: "buttons" }, h("button", { class: "button", type: "button", onclick: () => this.#again() }, t("sign_in.reload"))));
      tell(this.error, explainField(error));
    }
  }

  #again() {
    this.dialog.remove();
    this.error.hidden = true;
    this.open();
  }

  /** The ways as buttons; below them, what works elsewhere. */
  choose() {
    const { ways } = this;
    const usable = ways.filter((way) => isUsable(way, this.options));
    const buttons = usable.map((way) => h("li", {}, this.#button(way)));
    tell(this.error, "");
    this.title.textContent = this.options.title ?? t("sign_in.title");
    this.body.replaceChildren(
      this.options.note ? h("p", { id: "sheet-note" }, this.options.note) : "",
      buttons.length > 0 ? h("ul", { class: "ways", id: "sheet-ways" }, buttons) : h("p", { class: "notice" }, t("sign_in.none")),
      ...this.#elsewhere(ways, usable).map((text) => h("p", { class: "note" }, text)),
      h("p", { class: "note" }, h("a", { href: "/privacy" }, t("sign_in.privacy"))),
    );
    this.title.focus();
  }

  /** @param {Way} way */
  #button(way) {
    const { provider, facts } = way;
    const name = provider === "oidc" ? t("sign_in.way.oidc", { name: either(facts.name) || t("sign_in.way.city") }) : t(`sign_in.way.${provider}`);
    const button = h("button", { class: "button way", type: "button", "data-way": provider }, icon(ICONS[provider]), h("span", {}, h("strong", {}, name), h("small", {}, t(`sign_in.about.${provider}`))));
    button.addEventListener("click", () => this.#take(way, button));
    return button;
  }

  /** What this browser cannot do and another can. @param {Way[]} ways @param {Way[]} usable */
  #elsewhere(ways, usable) {
    const offers = (/** @type {string} */ provider) => ways.some((way) => way.provider === provider) && !(this.options.without ?? []).includes(provider) && (this.options.only?.includes(provider) ?? true);
    const isUsableHere = (/** @type {string} */ provider) => usable.some((way) => way.provider === provider);
    const texts = [];
    if (this.options.submit) return [];
    if (inWeChat()) texts.push(t(isUsableHere("wechat_web") ? "sign_in.wechat.here" : offers("wechat") ? "sign_in.wechat.mini" : "sign_in.wechat.nothing"));
    else if (offers("wechat_web") && !isUsableHere("wechat_web")) texts.push(t("sign_in.wechat.elsewhere"));
    else if (offers("wechat") && !isUsableHere("wechat_web")) texts.push(t("sign_in.wechat.mini"));
    if (inWeChat() && offers("passkey")) texts.push(t("sign_in.passkey.elsewhere"));
    return texts;
  }

  /** @param {Way} way @param {HTMLButtonElement} button */
  #take(way, button) {
    const { provider, facts } = way;
    if (provider === "email" || provider === "phone") return new CodeSteps(this, way).askAddress();
    if (provider === "wechat_web" || provider === "oidc") {
      this.options.leave?.(provider);
      button.disabled = true;
      // What stands behind the # may be a secret, and is for no server.
      location.assign(`${facts.start}?return_to=${encodeURIComponent(location.pathname)}`);
      return;
    }
    this.perform(button, () => this.#attempt(provider));
  }

  /** What signs somebody in without another question. @param {string} provider @returns {Promise<Attempt>} */
  async #attempt(provider) {
    if (provider === "demo") return { provider, code: demoName() };
    if (provider === "badge") return badgeAttempt(this.options.badge ?? "");
    const path = /** @type {string} */ (PATHS.options);
    const { challenge, options } = await ask(path, { method: "POST" });
    return { provider, challenge, passkey: await usePasskey(options) };
  }

  /** Sign in with an attempt; a refusal is told in the sheet, where everything stays as it was typed. @param {HTMLButtonElement} button @param {() => Promise<Attempt>} attempt @param {(error: any) => unknown} [refused] @returns {Promise<boolean>} whether somebody is signed in */
  async perform(button, attempt, refused = (error) => tell(this.error, error instanceof DOMException ? t("sign_in.passkey.none") : explainField(error))) {
    if (button.getAttribute("aria-busy") === "true") return false;
    tell(this.error, "");
    button.setAttribute("aria-busy", "true");
    try {
      const made = await attempt();
      const submit = this.options.submit ?? ((/** @type {Attempt} */ body) => ask("/v1/sessions", { method: "POST", body }));
      const tokens = await submit(made);
      this.found = { ...tokens, way: made.provider };
      this.dialog.close();
      return true;
    } catch (error) {
      if (!isTold(error)) throw error;
      refused(error);
      return false;
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
}
