// The second step of a staff sign-in: a code, a recovery code or a passkey; at the first sign-in, an app is set up.
import { Refused, ask } from "./api.js";
import { byId, h, tell } from "./dom.js";
import { hasPasskeys, usePasskey } from "./passkeys.js";
import { qrPicture } from "./qr.js";
import { explain } from "./refusal.js";
import { typedCode, typedDigits } from "./typed_text.js";
import { t } from "./i18n.js";

/** A secret for an authenticator app: as a picture, and as text where no picture can be taken. @param {{uri: string, secret: string}} setup */
export const secretPicture = ({ uri, secret }) => [
  qrPicture(uri, t("staff.factor.qr")),
  h("p", { class: "note" }, t("staff.factor.secret")),
  h("p", { class: "secret" }, h("code", { "data-secret": secret }, (secret.match(/.{1,4}/g) ?? []).join(" "))),
];

/** @param {string[]} codes */
export const codeList = (codes) => h("ol", { class: "recovery-codes" }, codes.map((code) => h("li", {}, h("code", {}, code))));

export class SecondFactor {
  /** `onTokens` is called with a session's tokens, `onLeave` with why it begins again. @param {{onTokens: (tokens: Tokens) => unknown, onLeave: (why: string) => unknown}} options */
  constructor({ onTokens, onLeave }) {
    this.onTokens = onTokens;
    this.onLeave = onLeave;
    /** @type {Schema<"StaffChallenge"> | null} */
    this.begun = null;
    byId("factor-form").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#send();
    });
    byId("factor-passkey").addEventListener("click", () => this.#sign());
    byId("factor-other").addEventListener("click", () => this.#choose(byId("factor-recovery-question").hidden));
    byId("factor-leave").addEventListener("click", () => this.#leave(""));
  }

  /** @param {Schema<"StaffChallenge">} begun */
  async start(begun) {
    this.begun = begun;
    const isSetup = this.isSetup;
    byId("factor-form").reset();
    byId("factor-form").hidden = false;
    byId("factor-setup").hidden = !isSetup;
    byId("factor-passkey").hidden = !begun.factors.includes("passkey") || !hasPasskeys();
    byId("factor-other").hidden = !begun.factors.includes("recovery_code");
    byId("factor-title").textContent = t(isSetup ? "staff.factor.setup" : "staff.factor");
    byId("factor-lead").textContent = t(isSetup ? "staff.factor.setup.lead" : begun.factors.includes("totp") ? "staff.factor.lead" : "staff.factor.passkey.lead");
    tell(byId("factor-refused"), "");
    this.#choose(!isSetup && !begun.factors.includes("totp") && !begun.factors.includes("passkey"));
    if (isSetup) await this.#showSecret();
  }

  get isSetup() {
    return this.begun?.status === "second_factor_setup_required";
  }

  get challenge() {
    return this.begun?.challenge ?? "";
  }

  async #showSecret() {
    try {
      const setup = await ask("/v1/staff/sessions/second-factor-setup", { method: "POST", body: { challenge: this.challenge } });
      byId("factor-setup").replaceChildren(...secretPicture(setup));
    } catch (error) {
      this.#refuse(error);
    }
  }

  #choose(/** @type {boolean} */ isRecovery) {
    const hasCode = this.isSetup || (this.begun?.factors.includes("totp") ?? false);
    byId("factor-recovery-question").hidden = !isRecovery;
    byId("factor-code-question").hidden = isRecovery || !hasCode;
    byId("factor-go").hidden = !isRecovery && !hasCode;
    byId("factor-other").setAttribute("aria-pressed", String(isRecovery));
    if (isRecovery) byId("factor-recovery").focus();
    else if (hasCode) byId("factor-code").focus();
    else byId("factor-passkey").focus();
  }

  async #send() {
    const challenge = this.challenge;
    const isRecovery = !byId("factor-recovery-question").hidden;
    const code = typedDigits(byId("factor-code").value);
    if (!isRecovery && !/^\d{6}$/.test(code)) {
      tell(byId("factor-refused"), t("staff.factor.six"));
      return;
    }
    await this.#with(async () => {
      if (this.isSetup) {
        const signedIn = await ask("/v1/staff/sessions/second-factor-confirmation", { method: "POST", body: { challenge, code } });
        await this.#showCodes(signedIn.recovery_codes);
        return signedIn;
      }
      const body = isRecovery ? { challenge, recovery_code: typedCode(byId("factor-recovery").value) } : { challenge, code };
      return ask("/v1/staff/sessions/second-factor", { method: "POST", body });
    });
  }

  async #sign() {
    await this.#with(async () => {
      const passkey = await usePasskey(this.begun?.passkey_options);
      return ask("/v1/staff/sessions/second-factor", { method: "POST", body: { challenge: this.challenge, passkey } });
    });
  }

  /** @param {() => Promise<Tokens>} finish */
  async #with(finish) {
    const buttons = [byId("factor-go"), byId("factor-passkey")];
    for (const button of buttons) button.disabled = true;
    tell(byId("factor-refused"), "");
    try {
      const { access_token, refresh_token, staff } = await finish();
      byId("factor-form").hidden = true;
      byId("factor-setup").replaceChildren();
      await this.onTokens({ access_token, refresh_token, staff });
    } catch (error) {
      this.#refuse(error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  /** Recovery codes are shown once: the page goes on when the person says they are kept. @param {string[]} codes @returns {Promise<void>} */
  #showCodes(codes) {
    byId("factor-form").hidden = true;
    byId("factor-codes-list").replaceChildren(codeList(codes));
    byId("factor-codes").hidden = false;
    byId("factor-codes-title").focus();
    return new Promise((resolve) => {
      const goOn = () => {
        byId("factor-codes").hidden = true;
        byId("factor-codes-list").replaceChildren();
        resolve();
      };
      byId("factor-kept").addEventListener("click", goOn, { once: true });
    });
  }

  #refuse(/** @type {any} */ error) {
    if (error instanceof Refused && error.code === "challenge_invalid") this.#leave(explain(error));
    // The browser says no more than that: given up, run out, or no passkey of this account here.
    else if (error instanceof DOMException) tell(byId("factor-refused"), t("staff.factor.passkey.none"));
    else tell(byId("factor-refused"), explain(error));
    // What was typed stays, chosen, so that the next figures take its place.
    byId("factor-code").select();
  }

  #leave(/** @type {string} */ why) {
    this.begun = null;
    byId("factor-form").hidden = true;
    byId("factor-setup").replaceChildren();
    this.onLeave(why);
  }
}
