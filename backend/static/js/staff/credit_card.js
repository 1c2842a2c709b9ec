// One credit batch: its state, who told it, the values to compare with the registry's proof, and the decision.
import { h, tell } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { explain } from "../shared/refusal.js";
import { upload } from "../shared/upload.js";
import { count, mass, momentOf, t, word } from "../shared/i18n.js";

const REASON_CHARS_MAX = 400;
const TONNE_G = 1_000_000;
const COMPARED = /** @type {const} */ (["project_name", "vintage", "quantity_t", "retirement_ref", "retired_on", "registry", "registry_serial_from", "registry_serial_to", "vintage_start", "vintage_end", "registration_no", "monitoring_period", "methodology", "approved_by", "approval_doc", "purpose", "beneficiary"]);

/**
 * @typedef {ItemOf<"/v1/credit-batches">} Batch
 * @typedef {{session: Session, nameOf: (product: string) => string, isSignedOut: (error: any) => boolean, onChange: (batch: Batch, said: string) => void}} Desk
 */

/** @param {Batch} batch @param {Desk} desk */
export function card(batch, desk) {
  const proposed = batch.confirmation?.proposed ?? null;
  const waits = batch.status === "awaiting_confirmation" || proposed !== null;
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  return h(
    "li",
    { class: "card batch", "data-batch": batch.id, "data-status": batch.status },
    h("div", { class: "card-head" }, h("h2", {}, batch.project_name), h("span", { class: "chip", "data-state": batch.status === "void" ? "lost" : "" }, proposed ? t("credits.details.waiting") : t(`credits.state.${batch.status}`))),
    h("p", { class: "note" }, `${desk.nameOf(batch.product)} · ${batch.vintage} · ${count(batch.quantity_t)} t`),
    ...lines(batch).map((line) => h("p", { class: "note" }, line)),
    waits ? comparison(batch, proposed) : null,
    proof(batch, desk, refused),
    waits || mayBeVoid(batch) ? decision(batch, desk, waits, refused) : refused,
  );
}

const mayBeVoid = (/** @type {Batch} */ batch) => batch.status !== "void" && batch.grams_assigned === 0;

/** @param {Batch} batch @returns {string[]} */
function lines(batch) {
  const told = batch.confirmation;
  return [
    batch.retirement_ref ? `${t("credits.field.retirement_ref")} ${batch.retirement_ref} · ${batch.retired_on}` : "",
    batch.status === "retired" ? t("credits.left", { left: mass(batch.grams_left), all: mass(batch.quantity_t * TONNE_G) }) : "",
    batch.status !== "void" && batch.missing.length > 0 ? t("credits.missing", { names: batch.missing.map(nameOfNeed).join(t("credits.comma")) }) : "",
    told && told.told_by.length > 0 ? t("credits.told.by", { names: told.told_by.join(t("credits.comma")) }) : "",
    told?.confirmed_by && batch.confirmed_at ? t("credits.confirmed.by", { name: told.confirmed_by, time: momentOf(batch.confirmed_at) }) : "",
    told?.proposed_by ? t("credits.proposed.by", { name: told.proposed_by }) : "",
    batch.void_reason ? t("credits.void.why", { reason: batch.void_reason }) : "",
  ].filter(Boolean);
}

const nameOfNeed = (/** @type {string} */ name) => (["registry_serials", "project", "proof"].includes(name) ? t(`credits.needs.${name}`) : word("credits.field", name));

/** Each value beside the box that says it is the same on the proof. @param {Batch} batch @param {Record<string, string> | null} proposed */
function comparison(batch, proposed) {
  /** @type {[string, string][]} */
  const rows = proposed ? Object.entries(proposed) : COMPARED.filter((name) => batch[name] !== null).map((name) => [name, String(batch[name])]);
  const made = rows.map(([name, value]) => {
    const what = word("credits.field", name);
    return h("tr", {}, h("th", { scope: "row" }, what), h("td", { class: "serial" }, value), h("td", {}, h("input", { type: "checkbox", "data-compared": name, "aria-label": `${what}: ${t("credits.compare.same")}` })));
  });
  const titles = ["name", "entered", "same"].map((name) => h("th", { scope: "col" }, t(`credits.compare.${name}`)));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("credits.compare") }, h("table", { class: "table compact compared" }, h("thead", {}, h("tr", {}, titles)), h("tbody", {}, made)));
}

/** The registry's proof to look at, or to send. @param {Batch} batch @param {Desk} desk @param {HTMLElement} refused */
function proof(batch, desk, refused) {
  const path = /** @type {const} */ (`/v1/credit-batches/${batch.id}/proof`);
  const fail = (/** @type {any} */ error) => desk.isSignedOut(error) || tell(refused, explain(error));
  if (batch.proof_sha256) {
    const get = () => fetchFile(desk.session, path, "application/pdf").then((blob) => save(blob, `${batch.retirement_ref ?? batch.id}.pdf`)).catch(fail);
    return h("div", { class: "buttons" }, h("button", { class: "button tiny", type: "button", "data-proof": "get", onclick: get }, t("credits.proof.open")));
  }
  if (batch.status === "void") return null;
  const progress = h("progress", { max: 1, value: 0, "aria-label": t("credits.sending"), hidden: true });
  const file = h("input", { class: "input", type: "file", accept: "application/pdf", "aria-label": t("credits.field.proof") });
  const send = async () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return file.focus();
    progress.hidden = false;
    tell(refused, "");
    try {
      desk.onChange(await upload(desk.session, path, chosen, (share) => (progress.value = share), "application/pdf"), t("credits.proof.sent"));
    } catch (error) {
      fail(error);
    } finally {
      progress.hidden = true;
    }
  };
  return h("div", { class: "batch-proof" }, h("p", { class: "note" }, t("credits.proof.none")), file, progress, h("div", { class: "buttons" }, h("button", { class: "button tiny", type: "button", "data-proof": "send", onclick: send }, t("credits.proof.send"))));
}

/** @param {Batch} batch @param {Desk} desk @param {boolean} waits @param {HTMLElement} refused */
function decision(batch, desk, waits, refused) {
  const reason = h("input", { class: "input", maxlength: REASON_CHARS_MAX, placeholder: t("credits.reason.hint"), "aria-label": t("credits.reason") });
  /** @type {("confirmed" | "rejected" | "void")[]} */
  const verbs = waits ? ["confirmed", "rejected"] : [];
  if (mayBeVoid(batch)) verbs.push("void");
  const label = { confirmed: t("credits.confirm"), rejected: t("credits.reject"), void: t("credits.void") };
  const buttons = verbs.map((verb) => h("button", { class: verb === "confirmed" ? "button primary" : "button", type: "button", "data-decision": verb, "aria-label": `${label[verb]}: ${batch.project_name}`, onclick: () => decide(verb) }, label[verb]));
  async function decide(/** @type {"confirmed" | "rejected" | "void"} */ verb) {
    const open = document.querySelector(`[data-batch="${batch.id}"] [data-compared]:not(:checked)`);
    if (verb === "confirmed" && open instanceof HTMLElement) {
      tell(refused, t("credits.compare.ticked"));
      open.focus();
      return;
    }
    // A yes explains itself: every value was ticked.
    const said = reason.value.trim() || (verb === "confirmed" ? t("credits.reason.ok") : "");
    if (!said) {
      tell(refused, t("credits.reason.missing"));
      reason.focus();
      return;
    }
    for (const button of buttons) button.disabled = true;
    tell(refused, "");
    try {
      desk.onChange(await send(verb, said), t(`credits.done.${verb}`, { name: batch.project_name }));
    } catch (error) {
      for (const button of buttons) button.disabled = false;
      if (!desk.isSignedOut(error)) tell(refused, explain(error));
    }
  }
  const send = (/** @type {"confirmed" | "rejected" | "void"} */ verb, /** @type {string} */ said) =>
    verb === "void"
      ? desk.session.ask(`/v1/credit-batches/${batch.id}/voiding`, { method: "POST", body: { reason: said } })
      : desk.session.ask(`/v1/credit-batches/${batch.id}/confirmation`, { method: "POST", body: { decision: verb, reason: said, revision: batch.revision } });
  return h("div", { class: "review-decision" }, reason, refused, h("div", { class: "buttons" }, buttons));
}
