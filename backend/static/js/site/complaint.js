// Anybody reports a public claim here, without an account, and finds the answer by a code.
import { ask } from "../shared/api.js";
import { byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { dayOf, t } from "../shared/i18n.js";
import { explainField } from "../shared/refusal.js";
import { typedCode, typedWords } from "../shared/typed_text.js";

const asked = new URLSearchParams(location.search);
for (const name of /** @type {const} */ (["about", "subject"])) {
  const given = asked.get(name);
  if (given) fieldOf(byId("report"), name).value = given;
}

byId("report").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const { about, subject, text, contact } = valuesOf(byId("report"));
  byId("report-send").disabled = true;
  tell(byId("report-refused"), "");
  try {
    const body = { about: /** @type {"certificate"} */ (about), subject: typedWords(subject), text: text.trim(), contact: contact.trim() || null };
    const receipt = await ask("/v1/complaints", { method: "POST", body });
    byId("report").hidden = true;
    byId("report-done").hidden = false;
    byId("report-done").replaceChildren(h("p", {}, t("complaints.report.done", { day: dayOf(receipt.due_on) })), h("p", {}, h("code", { id: "report-code" }, receipt.code)), h("p", { class: "note" }, t("complaints.report.code")), h("p", {}, h("a", { class: "link", id: "report-number", href: `/complaints/${receipt.number}` }, t("complaints.report.number", { number: receipt.number }))));
  } catch (error) {
    tell(byId("report-refused"), explainField(error));
  } finally {
    byId("report-send").disabled = false;
  }
});

byId("lookup").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  tell(byId("lookup-refused"), "");
  try {
    const found = await ask("/v1/complaints/lookup", { method: "POST", body: { code: typedCode(valuesOf(byId("lookup")).code) } });
    byId("found").replaceChildren(h("p", {}, t(`complaints.state.${found.state}`)), h("p", {}, found.answer ?? t("complaints.by", { day: dayOf(found.due_on) })));
  } catch (error) {
    byId("found").replaceChildren();
    tell(byId("lookup-refused"), explainField(error));
  }
});
