// Staff sign in and out: the form that the four staff pages share, and the panel that it opens.
import { ask } from "./api.js";
import { byId, tell, valuesOf } from "./dom.js";
import { explain } from "./refusal.js";
import { SecondFactor } from "./second_factor.js";
import { SignedOut } from "./session.js";
import { typedCode } from "./typed_text.js";
import { t } from "./i18n.js";

export class StaffSignIn {
  /** `onOpen` is called when somebody is signed in and sees the panel, `onClose` before it is taken away. @param {Session} session @param {HTMLElement} panel @param {{onOpen: () => Promise<unknown>, onClose?: () => unknown}} options */
  constructor(session, panel, { onOpen, onClose = () => {} }) {
    this.session = session;
    this.panel = panel;
    this.onOpen = onOpen;
    this.onClose = onClose;
    this.second = new SecondFactor({ onTokens: (tokens) => this.#enter(tokens), onLeave: (why) => this.#offer(why) });
    byId("sign-in-form").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#signIn();
    });
    byId("sign-out").addEventListener("click", () => this.#signOut());
  }

  start() {
    if (this.session.isOpen) this.#open();
    else this.#offer("");
  }

  /** Whether an error says that the session has ended; then the form is offered again. @param {any} error */
  isSignedOut(error) {
    if (error instanceof SignedOut) this.#offer(t("staff.again"));
    return error instanceof SignedOut;
  }

  /** @param {string} text */
  #offer(text) {
    this.onClose();
    this.panel.hidden = true;
    byId("sign-in-panel").hidden = false;
    byId("sign-in-form").hidden = false;
    tell(byId("sign-in-refused"), text);
    byId("username").focus();
  }

  #open() {
    byId("sign-in-panel").hidden = true;
    this.panel.hidden = false;
    return this.onOpen();
  }

  /** @param {Tokens} tokens */
  #enter(tokens) {
    this.session.open(tokens);
    return this.#open();
  }

  async #signIn() {
    const button = byId("sign-in");
    const { username, password } = valuesOf(byId("sign-in-form"));
    button.disabled = true;
    button.textContent = t("staff.signing");
    tell(byId("sign-in-refused"), "");
    try {
      const answer = await ask("/v1/staff/sessions", { method: "POST", body: { username: typedCode(username), password } });
      byId("sign-in-form").reset();
      if ("challenge" in answer) {
        byId("sign-in-form").hidden = true;
        await this.second.start(answer);
      } else await this.#enter(answer);
    } catch (error) {
      tell(byId("sign-in-refused"), explain(error));
    } finally {
      button.disabled = false;
      button.textContent = t("staff.sign.in");
    }
  }

  async #signOut() {
    if (this.session.isOpen) await this.session.ask("/v1/sessions/current", { method: "DELETE" }).catch(() => {});
    this.session.close();
    this.#offer("");
  }
}
