// Being signed in: tokens kept for this tab, refreshed once when they expire, whoever asks first.
import { Refused, ask, newKey } from "./api.js";
import { forget, keep, recall } from "./web_storage.js";

export class SignedOut extends Error {}

const TAB = { isLasting: false };

export class Session {
  /** `signIn` gives new tokens without a person, or is null when only a person can sign in. */
  constructor(name, signIn = null) {
    this.name = `session.${name}`;
    this.signIn = signIn;
    this.tokens = recall(this.name, TAB);
    this.renewing = null;
  }

  get isOpen() {
    return this.tokens !== null;
  }

  open(tokens) {
    this.tokens = tokens;
    keep(this.name, tokens, TAB);
  }

  close() {
    this.tokens = null;
    forget(this.name, TAB);
  }

  async token() {
    if (this.tokens === null) await this.renew();
    return this.tokens.access_token;
  }

  /** Like `ask`, signed in. Raises SignedOut when the session has ended and nobody can sign in again. */
  async ask(path, options = {}) {
    return this.with((token) => ask(path, { ...options, token }));
  }

  /** Call with a token; once more with a new one when the first has expired or was revoked. */
  async with(call) {
    const token = await this.token();
    try {
      return await call(token);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
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

/** A made-up person for demo mode, the same one on every visit until `another()`. */
export const demoPerson = {
  get name() {
    let name = recall("demo-name");
    if (!name) keep("demo-name", (name = `guest-${newKey().slice(0, 10)}`));
    return name;
  },
  another() {
    forget("demo-name");
    forget("session.citizen", TAB);
  },
};

export function demoSession() {
  return new Session("citizen", () => ask("/v1/sessions", { method: "POST", body: { provider: "demo", code: demoPerson.name } }));
}
