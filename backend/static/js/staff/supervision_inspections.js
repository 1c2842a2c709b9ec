// Inspections of the regulator's desk: opened, findings added, closed with a result.
import { byId, h, valuesOf } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { either, momentOf, t } from "../shared/i18n.js";
import { chip, labelled, refusedPlace, select } from "./supervision_desk.js";

/** @typedef {import("./supervision_desk.js").Desk} Desk */
/** @typedef {ItemOf<"/v1/inspections">} Inspection */
const SEVERITIES = /** @type {const} */ (["none", "minor", "major"]);
const RESULTS = /** @type {const} */ (["compliant", "to_correct", "violation"]);
const TEXT_CHARS_MAX = 4000;
const SAMPLES_OFFERED = 50;

/** @type {ItemOf<"/v1/supervision/samples">[]} */
let samples = [];

/** @param {Desk} desk */
export function inspectionsPart(desk) {
  const read = desk.list(byId("inspections"), byId("inspections-more"), (cursor) => desk.session.ask(`/v1/inspections?limit=20${cursor}`), (each) => row(desk, each), t("supervision.inspection.none"));
  const load = async () => {
    await desk.show(async () => {
      samples = (await desk.session.ask(`/v1/supervision/samples?limit=${SAMPLES_OFFERED}`)).items;
    });
    await read();
  };
  byId("inspect-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    desk.press(byId("inspect-go"), byId("inspect-refused"), async () => {
      const { purpose, ...others } = valuesOf(byId("inspect-form"));
      const told = Object.fromEntries(Object.entries(others).filter(([, value]) => value));
      await desk.session.ask("/v1/inspections", { method: "POST", body: { purpose, ...told } });
      byId("inspect-form").reset();
      await load();
    });
  });
  byId("inspections-csv").addEventListener("click", () => desk.show(async () => save(await fetchFile(desk.session, "/v1/inspections.csv", "text/csv"), "inspections.csv")));
  return load;
}

/** @param {Desk} desk @param {Inspection} inspection @returns {HTMLElement} */
function row(desk, inspection) {
  const isOpen = inspection.result === null;
  const item = h(
    "li",
    { "data-inspection": inspection.number },
    h("div", { class: "card-head" }, h("h3", {}, `${inspection.number} · ${either(inspection.subject_name)}`), chip(inspection.result === null ? t("supervision.inspection.is.open") : t(`supervision.result.${inspection.result}`), isOpen ? "pending" : inspection.result === "compliant" ? "posted" : "rejected")),
    h("p", {}, inspection.purpose),
    h("p", { class: "note" }, t("supervision.inspection.opened", { by: inspection.opened_by, at: momentOf(inspection.opened_at) })),
    h("ol", { class: "plain-list" }, inspection.entries.map(entryRow)),
    isOpen && desk.isRegulator ? forms(desk, inspection, (next) => item.replaceWith(row(desk, next))) : null,
  );
  return item;
}

/** @param {Inspection["entries"][number]} entry */
function entryRow(entry) {
  const sample = samples.find((each) => each.id === entry.sample);
  return h(
    "li",
    { "data-entry": entry.kind },
    h("strong", {}, t(`supervision.entry.${entry.kind}`)),
    " ",
    chip(entry.severity ? t(`supervision.severity.${entry.severity}`) : t(`supervision.result.${entry.result}`), entry.severity === "major" || entry.result === "violation" ? "rejected" : ""),
    h("p", {}, entry.text),
    h("p", { class: "note" }, `${entry.by}, ${momentOf(entry.at)}`, entry.sample ? [" · ", h("a", { href: `#samples/${entry.sample}` }, sample?.number ?? t("supervision.inspection.sample"))].map((each) => each) : null, entry.document ? h("code", {}, ` ${entry.document}`) : null),
  );
}

/** @param {Desk} desk @param {Inspection} inspection @param {(next: Inspection) => void} onChanged */
function forms(desk, inspection, onChanged) {
  const path = /** @type {const} */ (`/v1/inspections/${inspection.id}`);
  const area = () => h("textarea", { class: "input", rows: 3, maxlength: TEXT_CHARS_MAX, required: true, name: "text" });
  const severity = select("severity", SEVERITIES.map((each) => [each, t(`supervision.severity.${each}`)]));
  const sample = select("sample", [["", t("supervision.inspection.sample.none")], ...samples.map((each) => /** @type {const} */ ([each.id, each.number]))]);
  const found = area();
  const documentId = h("input", { class: "input", name: "document", maxlength: 40 });
  const add = h("button", { class: "button", type: "submit" }, t("supervision.inspection.add"));
  const addRefused = refusedPlace();
  const finding = h("form", { class: "form-row" }, labelled(t("supervision.inspection.text"), found), labelled(t("supervision.inspection.severity"), severity), labelled(t("supervision.inspection.sample"), sample), labelled(t("supervision.inspection.document"), documentId), add);
  finding.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    desk.press(add, addRefused, async () => {
      const body = { text: found.value.trim(), severity: /** @type {"none" | "minor" | "major"} */ (severity.value), ...(sample.value ? { sample: sample.value } : {}), ...(documentId.value ? { document: documentId.value.trim() } : {}) };
      onChanged(await desk.session.ask(`${path}/findings`, { method: "POST", body }));
    });
  });
  const said = area();
  const result = select("result", RESULTS.map((each) => [each, t(`supervision.result.${each}`)]));
  const close = h("button", { class: "button", type: "submit" }, t("supervision.inspection.close"));
  const closeRefused = refusedPlace();
  const closing = h("form", { class: "form-row" }, labelled(t("supervision.column.text"), said), labelled(t("supervision.inspection.result"), result), close);
  closing.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    if (!window.confirm(t("supervision.inspection.close.sure"))) return;
    desk.press(close, closeRefused, async () => {
      const body = { text: said.value.trim(), result: /** @type {"compliant" | "to_correct" | "violation"} */ (result.value) };
      onChanged(await desk.session.ask(`${path}/closing`, { method: "POST", body }));
    });
  });
  return h("div", {}, h("details", { class: "more" }, h("summary", {}, t("supervision.inspection.finding")), finding, addRefused), h("details", { class: "more" }, h("summary", {}, t("supervision.inspection.close")), closing, closeRefused));
}
