// Signed-in sessions: tokens are kept for this tab and refreshed once, however many requests find them expired.
import { Refused, ask } from "./api.js";
import { TAB, forget, keep, recall } from "./web_storage.js";

/** Refusals of the session itself. Another 401, as of a code shown to bind one more way in, ends no session. */
const ENDED = new Set(["not_signed_in", "token_invalid", "token_expired", "session_revoked"]);

/** The session has ended and only a person can sign in again. */
export class SignedOut extends Error {}

export class Session {
  /**
   * `signIn` gives new tokens without a person, or is null when only a person can sign in.
   * @param {string} name @param {(() => Promise<Tokens>) | null} signIn
   */
  constructor(name, signIn = null) {
    this.name = `session.${name}`;
    this.signIn = signIn;
    /** @type {Tokens | null} */
    this.tokens = recall(this.name, TAB);
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
    keep(this.name, tokens, TAB);
  }

  close() {
    this.tokens = null;
    forget(this.name, TAB);
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
    this.renewing ??= this.#renew(mayRefresh).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  /** @param {boolean} mayRefresh */
  async #renew(mayRefresh) {
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
