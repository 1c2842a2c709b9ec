// An organisation registers itself here, and finds the outcome by its receipt; the code is checked while it is typed.
import { ask } from "../shared/api.js";
import { CODE_CHARS, isRightCode, spelledCode } from "../shared/credit_code.js";
import { all, byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { either, t } from "../shared/i18n.js";
import { explainField } from "../shared/refusal.js";
import { typedCode, typedWords } from "../shared/typed_text.js";

/** @typedef {Schema<"RegistrationRequest">} Registration */

fieldOf(byId("register"), "code").addEventListener("input", () => {
  const code = spelledCode(valuesOf(byId("register")).code);
  const missing = CODE_CHARS - code.length;
  const says = code === "" ? t("registration.code.hint") : missing > 0 ? t("registration.code.short", { n: missing }) : isRightCode(code) ? t("registration.code.right") : t("registration.code.wrong");
  byId("code-hint").textContent = says;
});

byId("register").addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
  submitted.preventDefault();
  const { code, zh, en, city, username } = valuesOf(byId("register"));
  const kinds = all("#register input[name=kind]:checked").map((/** @type {any} */ box) => /** @type {Registration["kinds"][number]} */ (box.value));
  if (kinds.length === 0) {
    tell(byId("register-refused"), t("registration.kinds.missing"));
    return;
  }
  byId("register-send").disabled = true;
  tell(byId("register-refused"), "");
  try {
    const body = { code: spelledCode(code), name: { "zh-CN": typedWords(zh), en: typedWords(en) }, kinds, city: typedWords(city) || null, username: typedCode(username) };
    const answer = await ask("/v1/organisations", { method: "POST", body });
    byId("register").hidden = true;
    byId("register-done").hidden = false;
    byId("register-done").replaceChildren(h("p", {}, t("registration.done", { code: answer.code })), h("p", {}, h("code", { id: "receipt-told" }, answer.receipt ?? "")), h("p", { class: "note" }, t("registration.receipt")));
  } catch (error) {
    tell(byId("register-refused"), explainField(error));
  } finally {
    byId("register-send").disabled = false;
  }
});

byId("lookup").addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
  submitted.preventDefault();
  tell(byId("lookup-refused"), "");
  try {
    const found = await ask("/v1/organisations/registrations/lookup", { method: "POST", body: { receipt: typedCode(valuesOf(byId("lookup")).receipt) } });
    const facts = { name: either(found.name), username: found.username ?? "–", why: found.state_why ?? "" };
    byId("outcome").replaceChildren(h("p", { "data-outcome": found.state }, t(`registration.outcome.${found.state}`, facts)), ...(found.url ? [h("p", {}, h("a", { class: "button primary", id: "set-password", href: found.url }, t("registration.outcome.link")))] : []));
  } catch (error) {
    byId("outcome").replaceChildren();
    tell(byId("lookup-refused"), explainField(error));
  }
});
