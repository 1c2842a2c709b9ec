// Who joins on this phone: a citizen with an account, the guest of the badge that was scanned, or nobody yet.
import { Unreachable, ask, newKey } from "../shared/api.js";
import { badgeAttempt, citizenSession, eventOf, guestSession, isDemo, nameOf, personOf } from "../shared/citizen.js";
import { showDemoPerson } from "../shared/demo_person.js";
import { byId, h } from "../shared/dom.js";
import { Stopped, patiently } from "../shared/retry.js";
import { SignedOut } from "../shared/session.js";
import { TAB, forget, keep, recall } from "../shared/web_storage.js";
import { waysIn } from "../shared/ways_in.js";
import { t } from "../shared/i18n.js";

const INTENT_MS_MAX = 900_000;

/**
 * What somebody was about to do when a sign-in came between: a provider's page may take this one's place.
 * @typedef {{what: "join" | "keep" | "look", choices?: Record<string, string>, at?: number}} Intent
 */

export class Identity {
  /** @param {string} code the code that was scanned */
  constructor(code) {
    this.code = code;
    this.event = eventOf(code);
    this.citizen = citizenSession();
    this.guest = guestSession(this.event);
    this.isGuest = this.event !== "" && this.guest.isOpen;
  }

  get session() {
    return this.isGuest ? this.guest : this.citizen;
  }

  /** Whether somebody is signed in. In demo mode a made-up citizen is, as soon as one is asked for. */
  get isOpen() {
    return this.session.isOpen || (isDemo && !this.isGuest);
  }

  get hasAccount() {
    return this.isOpen && !this.isGuest;
  }

  get isBadge() {
    return this.code.startsWith("B");
  }

  /** The same text for the same person, on this phone. */
  get person() {
    return this.isGuest ? `guest.${this.guest.tokens?.citizen?.id ?? this.event}` : personOf(this.citizen);
  }

  /** Look something up as whoever is signed in, or as nobody where that session has ended. @template T @param {(ask: Ask) => Promise<T>} look @returns {Promise<T>} */
  async look(look) {
    try {
      return await look(this.isOpen ? this.session.ask : ask);
    } catch (error) {
      if (!(error instanceof SignedOut)) throw error;
      this.isGuest = this.guest.isOpen;
      return this.isOpen ? this.look(look) : look(ask);
    }
  }

  /** From now on a request without a session asks its person to sign in. @param {() => Intent} intent */
  askWhenNeeded(intent) {
    this.intent = intent;
    if (!isDemo) this.citizen.signIn = () => this.#bySheet({ without: ["badge"] });
  }

  /** Have somebody signed in who may join: a badge makes its holder a guest, every other code takes an account. Raises Stopped where the sheet was closed. @param {{needsAccount?: boolean}} options */
  async enter({ needsAccount = false } = {}) {
    if (this.isGuest && !needsAccount) return;
    if (needsAccount && this.isGuest) {
      // Without the person's account nothing goes on; what the guest recorded stays the guest's.
      if (!this.citizen.isOpen && !isDemo) this.citizen.open(await this.#bySheet({ without: ["badge"], note: t("sign_in.companion") }));
      this.isGuest = false;
      return;
    }
    if (this.isOpen) return;
    if (this.isBadge && !needsAccount && (await patiently(waysIn)).some((way) => way.provider === "badge")) {
      const tokens = await patiently(() => ask("/v1/sessions", { method: "POST", body: badgeAttempt(this.code) }));
      this.#take({ ...tokens, way: "badge" });
      return;
    }
    const note = needsAccount ? t("sign_in.companion") : this.isBadge ? t("sign_in.badge.account") : t("sign_in.venue");
    this.#take(await this.#bySheet({ note, badge: needsAccount || !this.isBadge ? undefined : this.code }));
  }

  /** Sign in in the way that the person chooses, whoever was signed in before. */
  async choose() {
    this.#take(await this.#bySheet({ badge: this.isBadge && !this.isGuest ? this.code : undefined }, "look"));
  }

  /** Move what this guest recorded into an account. Raises Stopped where the sheet was closed, Refused, SignedOut. @param {string} slug @returns {Promise<{points?: {earned: number}}>} */
  async keep(slug) {
    // The guest's token has to be good still when the account hands it in.
    await this.guest.ask(`/v1/events/${encodeURIComponent(slug)}/me`);
    if (!this.citizen.isOpen && !isDemo) this.citizen.open(await this.#bySheet({ title: t("keep.title"), note: t("keep.note"), without: ["badge"] }, "keep"));
    const path = /** @type {string} */ ("/v1/me/guest-attendances");
    const key = newKey();
    const kept = await patiently(() => this.citizen.ask(path, { method: "POST", body: { guest_access_token: this.guest.tokens?.access_token }, key }));
    this.guest.close();
    this.isGuest = false;
    return kept;
  }

  async signOut() {
    if (this.session.isOpen) await this.session.ask("/v1/sessions/current", { method: "DELETE" }).catch(() => {});
    this.session.close();
    location.reload();
  }

  /** What was begun in this tab before a provider's page took its place; told once. @returns {Intent | null} */
  takeIntent() {
    const kept = recall(this.#intentKey, TAB);
    forget(this.#intentKey, TAB);
    return kept && Date.now() - kept.at < INTENT_MS_MAX ? kept : null;
  }

  /** Keep what somebody is about to do, for the page that comes after a provider's or after another scan. @param {Intent["what"]} what */
  remember(what) {
    keep(this.#intentKey, { ...this.intent?.(), what, at: Date.now() }, TAB);
  }

  get #intentKey() {
    return `intent.${this.event || this.code}`;
  }

  /** @param {import("../shared/sign_in_sheet.js").SheetOptions} options @param {Intent["what"]} [what] */
  async #bySheet(options, what = "join") {
    this.remember(what);
    // Fetched only when somebody has to choose a way: less load in a stadium.
    const sheet = await import("../shared/sign_in_sheet.js").catch(() => null);
    if (sheet === null) throw new Unreachable();
    const tokens = await sheet.signInBySheet(options);
    forget(this.#intentKey, TAB);
    if (tokens === null) throw new Stopped();
    return tokens;
  }

  /** @param {Tokens} tokens */
  #take(tokens) {
    this.isGuest = tokens.way === "badge";
    this.session.open(tokens);
  }

  /** Who is signed in, below the button to join, with what somebody else can do about it. @param {(choose: () => Promise<void>) => unknown} perform runs an action and tells its refusal */
  show(perform) {
    const other = (/** @type {string} */ key) => h("button", { class: "button quiet tiny", type: "button", id: "sign-in-other", onclick: () => perform(() => this.choose()) }, t(key));
    const leave = h("button", { class: "button quiet tiny", type: "button", id: "sign-out", onclick: () => this.signOut() }, t("sign_in.out"));
    const line = byId("who");
    if (this.isGuest) line.replaceChildren(t("sign_in.as.guest"), " ", leave);
    else if (isDemo && (this.citizen.tokens?.way ?? "demo") === "demo") showDemoPerson(" ", other("sign_in.in.other"), h("br"), t("phone.privacy"));
    else if (this.citizen.isOpen) line.replaceChildren(nameOf(this.citizen), " ", leave, h("br"), t("phone.privacy"));
    else line.replaceChildren(other(this.isBadge ? "sign_in.have.account" : "sign_in.in"), h("br"), t("phone.privacy"));
  }
}
