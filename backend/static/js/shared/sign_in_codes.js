// Signing in with a code that an e-mail or a text message brings: the address, then six digits.
import { Refused, Unreachable, ask, clockAheadMs } from "./api.js";
import { h, tell } from "./dom.js";
import { explainField } from "./refusal.js";
import { typedCode, typedDigits } from "./typed_text.js";
import { t } from "./i18n.js";

const CODE = /^\d{6}$/;
const ADDRESS_CHARS_MAX = 254;
const PATHS = { codes: "/v1/sessions/codes" };
/** What was typed outlives the sheet: somebody who closed it to look for the message does not type it again. @type {Map<string, string>} */
const typed = new Map();
/** A code that is still good, by its way. @type {Map<string, Sent>} */
const sent = new Map();

/**
 * A code on its way to somebody; the instants are of this browser's clock.
 * @typedef {{address: string, challenge: string, endsAt: number, againAt: number, demoCode?: string}} Sent
 * @typedef {{body: HTMLElement, title: HTMLElement, options: import("./sign_in_sheet.js").SheetOptions, limit: AbortController, choose: () => unknown, perform: (button: HTMLButtonElement, attempt: () => Promise<import("./sign_in_sheet.js").Attempt>, refused: (error: any) => unknown) => Promise<boolean>}} Sheet
 */

export class CodeSteps {
  /** @param {Sheet} sheet @param {import("./sign_in_sheet.js").Way} way */
  constructor(sheet, { provider, facts }) {
    this.sheet = sheet;
    this.provider = /** @type {"email" | "phone"} */ (provider);
    this.prefixes = /** @type {string[] | null} */ (facts.country_codes ?? null);
  }

  askAddress() {
    const kept = sent.get(this.provider);
    if (kept && kept.endsAt > Date.now()) return this.#askCode(kept);
    const isEmail = this.provider === "email";
    const note = isEmail ? t("sign_in.email.note") : this.prefixes ? t("sign_in.phone.prefixes", { list: this.prefixes.join(t("list.names")) }) : t("sign_in.phone.note");
    const field = h("input", { class: "input", id: "sheet-address", name: "address", type: isEmail ? "email" : "tel", autocomplete: isEmail ? "email" : "tel", inputmode: isEmail ? "email" : "tel", maxlength: ADDRESS_CHARS_MAX, autocapitalize: "none", autocorrect: "off", spellcheck: "false", enterkeyhint: "send", "aria-describedby": "sheet-address-note sheet-field-error", required: true, value: typed.get(this.provider) ?? "" });
    field.addEventListener("input", () => typed.set(this.provider, field.value));
    const error = fieldError();
    const send = h("button", { class: "button primary", type: "submit", id: "sheet-send" }, t("sign_in.send"));
    const form = h("form", { id: "sheet-address-form", novalidate: true }, question("sheet-address", t(`sign_in.${this.provider}.label`), field, h("p", { class: "note", id: "sheet-address-note" }, note), error), h("div", { class: "buttons" }, send, this.#back(() => this.sheet.choose(), "sign_in.other.way")));
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      this.#send(field.value, send, field, error);
    });
    this.#show(t(`sign_in.way.${this.provider}`), form, field);
  }

  /** @param {string} text @param {HTMLButtonElement} button @param {HTMLInputElement} field @param {HTMLElement} error */
  async #send(text, button, field, error) {
    const address = typedCode(text);
    if (!(this.provider === "email" ? /^[^@]+@[^@]+$/ : /^\+?[\d().-]{5,}$/).test(address)) return refuse(field, error, t(`sign_in.${this.provider}.wrong`));
    await this.#busy(button, async () => {
      await this.#order(address);
    }, (refused) => refuse(field, error, explainField(refused)));
  }

  /** Have a code sent, and ask for it. @param {string} address */
  async #order(address) {
    const path = /** @type {string} */ (PATHS.codes);
    const answer = await ask(path, { method: "POST", body: { provider: this.provider, address }, signal: this.sheet.limit.signal });
    const order = { address, challenge: answer.challenge, endsAt: answer.expires_at ? Date.parse(answer.expires_at) - clockAheadMs : Date.now() + answer.expires_in * 1000, againAt: Date.now() + answer.again_in * 1000, demoCode: answer.demo_code };
    sent.set(this.provider, order);
    this.#askCode(order);
  }

  /** @param {Sent} order */
  #askCode(order) {
    const field = h("input", { class: "input code-field", id: "sheet-code", name: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 20, autocorrect: "off", spellcheck: "false", enterkeyhint: "go", "aria-describedby": "sheet-code-note sheet-field-error", required: true });
    const error = fieldError();
    const go = h("button", { class: "button primary", type: "submit", id: "sheet-go" }, t(this.sheet.options.submit ? "sign_in.go.bind" : "sign_in.go"));
    const again = h("button", { class: "button", type: "button", id: "sheet-again" });
    const note = h("p", { class: "note", id: "sheet-code-note" }, t("sign_in.code.sent", { address: order.address }), order.demoCode ? h("strong", { id: "sheet-demo-code" }, ` ${t("sign_in.code.demo", { code: order.demoCode })}`) : "");
    const form = h("form", { id: "sheet-code-form", novalidate: true }, note, question("sheet-code", t("sign_in.code.label"), field, error), h("div", { class: "buttons" }, go, again), h("div", { class: "buttons" }, this.#back(() => this.#forget(), `sign_in.${this.provider}.other`), this.#back(() => this.sheet.choose(), "sign_in.other.way")));
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      const code = typedDigits(field.value);
      if (!CODE.test(code)) return refuse(field, error, t("sign_in.code.six"));
      this.sheet.perform(go, async () => ({ provider: this.provider, challenge: order.challenge, code }), (refused) => refuse(field, error, explainField(refused))).then((isSignedIn) => {
        // A code works once.
        if (isSignedIn) sent.delete(this.provider);
      });
    });
    again.addEventListener("click", () => this.#busy(again, () => this.#order(order.address), (refused) => tell(error, explainField(refused))));
    // A phone fills in all six at once: nobody has to press a button after that.
    field.addEventListener("input", () => CODE.test(field.value) && form.requestSubmit());
    this.#count(again, error, order);
    this.#show(t("sign_in.code.title"), form, field);
  }

  /** "Send again in n s", until it may be pressed; and that the code is no longer good. @param {HTMLButtonElement} again @param {HTMLElement} error @param {Sent} order */
  #count(again, error, order) {
    let isOver = false;
    const tick = () => {
      const left = Math.ceil((order.againAt - Date.now()) / 1000);
      if (again.getAttribute("aria-busy") !== "true") {
        again.disabled = left > 0;
        again.textContent = left > 0 ? t("sign_in.again.in", { seconds: left }) : t("sign_in.again");
      }
      if (!isOver && Date.now() > order.endsAt) {
        isOver = true;
        tell(error, t("sign_in.code.over"));
      }
      if (this.sheet.limit.signal.aborted || (again.isConnected === false && isShown)) clearInterval(ticking);
      isShown ||= again.isConnected;
    };
    let isShown = false;
    const ticking = setInterval(tick, 500);
    tick();
  }

  #forget() {
    sent.delete(this.provider);
    this.askAddress();
  }

  /** @param {() => unknown} onclick @param {string} key */
  #back(onclick, key) {
    return h("button", { class: "button quiet tiny", type: "button", onclick }, t(key));
  }

  /** @param {string} title @param {HTMLElement} form @param {HTMLElement} field */
  #show(title, form, field) {
    this.sheet.title.textContent = title;
    this.sheet.body.replaceChildren(form);
    field.focus();
  }

  /** @param {HTMLButtonElement} button @param {() => Promise<void>} work @param {(error: any) => unknown} refused */
  async #busy(button, work, refused) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      await work();
    } catch (error) {
      if (this.sheet.limit.signal.aborted) return;
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      refused(error);
    } finally {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  }
}

const fieldError = () => h("p", { class: "field-error", id: "sheet-field-error", role: "alert", hidden: true });

/** @param {string} id @param {string} label @param {HTMLElement[]} rest */
const question = (id, label, ...rest) => h("div", { class: "question" }, h("label", { for: id }, label), ...rest);

/** What is wrong, beside the field that keeps what was typed. @param {HTMLInputElement} field @param {HTMLElement} error @param {string} text */
function refuse(field, error, text) {
  tell(error, text);
  field.setAttribute("aria-invalid", "true");
  field.select();
}
