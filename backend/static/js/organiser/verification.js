// The verifier of an event on the organisers' pages: attached, ended, and its questions answered.
import { byId, h, valuesOf } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { either, mass, momentOf, t } from "../shared/i18n.js";
import { linesIn, onSend } from "./submit_form.js";

/** @typedef {Schema<"VerificationView">} Verification */
/** @typedef {ItemOf<"/v1/events/{slug}/verifiers">} Verifier */

export function startVerification(/** @type {Desk} */ desk) {
  const form = byId("verifier-form");
  const send = async () => {
    await desk.post(desk.path("/verifiers"), { code: valuesOf(form).code.trim() });
    form.reset();
    await readVerification(desk);
  };
  onSend(desk, form, send, { explanation: explain });
}

export async function readVerification(/** @type {Desk} */ desk) {
  const { items } = await desk.ask(desk.path("/verifiers"));
  const current = items.find((each) => each.ended_at === null);
  const list = items.length ? items.map((each) => row(desk, each)) : [h("li", { class: "note" }, t("verification.event.none"))];
  byId("verifiers").replaceChildren(...list);
  byId("verifier-form").hidden = current !== undefined || !desk.may("file") || desk.event.state === "evaluated" || desk.isOver;
  /** @type {Verification | null} */
  const review = current && desk.role !== "staff" ? await desk.ask(`/v1/verifications/${current.id}`) : null;
  const asked = review ? review.items.flatMap((item) => item.questions.filter((each) => each.answer === null).map((each) => ({ item, each }))) : [];
  byId("verifier-questions").replaceChildren(...(asked.length ? asked.map(({ item, each }) => question(desk, item, each)) : [h("li", { class: "note" }, t("verification.event.questions.none"))]));
}

function row(/** @type {Desk} */ desk, /** @type {Verifier} */ each) {
  const { organisation, opinion } = each;
  const told = [`${organisation.code} · ${momentOf(each.attached_at)}`];
  if (organisation.state !== "active") told.push(t(`organisations.state.${organisation.state}`));
  else if (!each.is_licensed) told.push(t("verification.event.unlicensed"));
  if (each.ended_at) told.push(`${t("verification.ended")}: ${each.ended_why ?? ""}`);
  const signed = opinion ? h("p", {}, `${t("verification.signed")}: ${t(`verification.opinion.${opinion.opinion}`)} · ${t(`verification.assurance.${opinion.assurance}`)} · ${momentOf(opinion.signed_at)}`) : "";
  const mayEnd = each.ended_at === null && desk.may("file") && desk.event.state !== "evaluated" && !desk.isOver;
  return h("li", { class: "entry", "data-verifier": organisation.code }, h("div", {}, h("p", { class: "entry-name" }, either(organisation.name)), h("small", {}, told.join(" · ")), signed, mayEnd ? ending(desk, organisation.code) : ""));
}

/** A reason is asked for before a verifier's work is ended. */
function ending(/** @type {Desk} */ desk, /** @type {string} */ code) {
  const reason = h("input", { class: "input", maxlength: "400", required: true, "aria-label": t("verification.reason"), placeholder: t("verification.reason") });
  const form = h("form", { class: "inline-form" }, reason, h("button", { class: "button tiny", type: "submit" }, t("verification.event.detach")));
  const send = async () => {
    await desk.post(/** @type {any} */ (desk.path(`/verifiers/${encodeURIComponent(code)}/removal`)), /** @type {any} */ ({ reason: reason.value.trim() }));
    await readVerification(desk);
  };
  onSend(desk, form, send, { lines: linesIn(form), explanation: explain });
  return form;
}

function question(/** @type {Desk} */ desk, /** @type {Schema<"ItemView">} */ item, /** @type {Schema<"QuestionView">} */ each) {
  const text = h("textarea", { class: "input", rows: "2", maxlength: "4000", required: true, "aria-label": t("verification.answer"), placeholder: t("verification.answer") });
  const form = h("form", {}, text, h("div", { class: "buttons" }, h("button", { class: "button primary tiny", type: "submit" }, t("verification.send"))));
  const send = async () => {
    await desk.post(/** @type {any} */ (desk.path(`/verification-questions/${each.id}/answer`)), /** @type {any} */ ({ answer: text.value.trim() }));
    await readVerification(desk);
  };
  onSend(desk, form, send, { lines: linesIn(form), explanation: explain });
  return h("li", { class: "entry", "data-question": each.id }, h("div", {}, h("p", { class: "entry-name" }, each.question), h("small", {}, `${either(item.name)} · ${mass(item.emission_g)} · ${each.asked_by}, ${momentOf(each.asked_at)}`), desk.may("file") ? form : ""));
}
