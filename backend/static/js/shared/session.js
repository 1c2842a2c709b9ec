// Signed-in sessions: tokens are kept and refreshed once, however many requests, and tabs, find them expired.
import { Refused, ask } from "./api.js";
import { forget, keep, recall, recallAnew } from "./web_storage.js";

/** Refusals of the session itself. Another 401, as of a code shown to bind one more way in, ends no session. */
const ENDED = new Set(["not_signed_in", "token_invalid", "token_expired", "session_revoked"]);

/** The session has ended and only a person can sign in again. */
export class SignedOut extends Error {}

/** Another tab signed in somebody else: what the first person pressed here is not done in their name, and the page begins anew. @returns {Promise<never>} */
function leavePage() {
  location.reload();
  return new Promise(() => {});
}

export class Session {
  /**
   * `signIn` gives new tokens, or is null when only a person can sign in. Tokens are kept for this tab; `isLasting` keeps
   * them for this browser, because every code that somebody scans opens a tab of its own.
   * @param {string} name @param {(() => Promise<Tokens>) | null} signIn @param {{isLasting?: boolean}} options
   */
  constructor(name, signIn = null, { isLasting = false } = {}) {
    this.name = `session.${name}`;
    this.signIn = signIn;
    this.kept = { isLasting };
    /** @type {Tokens | null} */
    this.tokens = recall(this.name, this.kept);
    /** @type {Promise<void> | null} */
    this.renewing = null;
    /** Like `ask`, signed in. Raises SignedOut. @type {Ask} */
    this.ask = (path, options = {}) => this.with((token) => ask(path, { ...options, token }));
  }

  get isOpen() {
    return this.tokens !== null;
  }

  /** @param {Tokens} tokens */
  open(tokens) {
    this.tokens = tokens;
    keep(this.name, tokens, this.kept);
  }

  close() {
    this.tokens = null;
    forget(this.name, this.kept);
  }

  /** @returns {Promise<string>} */
  async token() {
    if (this.tokens === null) await this.renew();
    return this.tokens?.access_token ?? "";
  }

  /** Call with a token; once more with a new one when the first has expired or was revoked. @template T @param {(token: string) => Promise<T>} call @returns {Promise<T>} */
  async with(call) {
    const token = await this.token();
    try {
      return await call(token);
    } catch (error) {
      if (!(error instanceof Refused) || !ENDED.has(error.code)) throw error;
      if (this.tokens?.access_token === token) await this.renew(error.code === "token_expired");
      return call(await this.token());
    }
  }

  // A refresh token works once: two requests that find the access token expired must share one refresh.
  renew(mayRefresh = false) {
    this.renewing ??= this.#alone(() => this.#renew(mayRefresh)).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  /** One tab after another; a browser without locks, on plain http, takes the risk of a second sign-in. @param {() => Promise<void>} work @returns {Promise<void>} */
  async #alone(work) {
    await (this.kept.isLasting && navigator.locks ? navigator.locks.request(`tianfu.${this.name}`, work) : work());
  }

  /** @param {boolean} mayRefresh */
  async #renew(mayRefresh) {
    if (this.kept.isLasting) {
      const known = this.tokens;
      this.tokens = recallAnew(this.name, this.kept);
      // Another tab has refreshed them, or signed somebody in.
      if (this.tokens && this.tokens.access_token !== known?.access_token) {
        if (known?.citizen && known.citizen.id !== this.tokens.citizen?.id) await leavePage();
        return;
      }
    }
    if (mayRefresh && this.tokens) {
      try {
        const refresh_token = this.tokens.refresh_token;
        this.open({ ...this.tokens, ...(await ask("/v1/sessions/refresh", { method: "POST", body: { refresh_token } })) });
        return;
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 401) throw error;
      }
    }
    this.close();
    if (this.signIn === null) throw new SignedOut();
    this.open(await this.signIn());
  }
}
