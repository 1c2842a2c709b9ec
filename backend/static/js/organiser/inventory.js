// The inventory of an event: activity data by form and by file, corrections, people, groups of which there is nothing.
import { all, byId, h, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { errorList, errorsOf, totalOf } from "../shared/file_errors.js";
import { showAccount } from "./inventory_account.js";
import { isYear } from "./new_year.js";
import { isOthers, lineOf, onDownload, onSend } from "./submit_form.js";
import { showPage } from "../shared/lazy_section.js";
import { upload } from "../shared/upload.js";
import { count, either, mass, plain, t } from "../shared/i18n.js";

const PAGE = 20;
const KG_G = 1000;
/** Groups that an account may declare as none, of events and of years. */
const NEVER_MANDATORY = new Set(["production_and_materials", "freight", "digital", "transport", "purchased_goods", "use_of_products", "other_indirect"]);
const CATEGORIES = /** @type {const} */ (["local", "province", "national", "international", "none"]);
const FORMS = /** @type {const} */ (["line-form", "lines-form", "people-form", "none-form", "measure-form"]);
/** Sources with their units and usual factors, of the event in view. @type {ItemOf<"/v1/events/{slug}/inventory-sources">[]} */
let sources = [];
/** The line that the form corrects. @type {string | null} */
let corrected = null;
/** A file that is no UTF-8 text, which is sent as it is. @type {File | null} */
let chosen = null;

export async function readInventory(/** @type {Desk} */ desk) {
  const [actual, planned, found, documents] = await Promise.all([desk.ask(desk.path("/account")), desk.ask(`${desk.path("/account")}?phase=planned`), desk.ask(desk.path("/inventory-sources")), desk.ask(desk.path("/documents"))]);
  sources = found.items;
  const groups = (/** @type {boolean} */ isOptional) => actual.groups.filter((each) => !isOptional || NEVER_MANDATORY.has(each.group)).map((each) => h("option", { value: each.group }, either(each.name)));
  if (byId("panel-inventory").dataset.event !== desk.event.slug) {
    byId("none-group").replaceChildren(...groups(true));
    byId("measure-group").replaceChildren(...groups(false));
  }
  byId("people-card").hidden = isYear(desk.event);
  showAccount(actual, /** @type {typeof actual} */ (planned));
  byId("inventory-forms").hidden = desk.isOver || desk.event.state === "evaluated" || !desk.may("file");
  if (isOthers(byId("panel-inventory"), desk)) empty(desk);
  byId("line-document").replaceChildren(h("option", { value: "" }, t("inventory.page.document.none")), ...documents.items.map((each) => h("option", { value: each.id }, each.name)));
  await readLines(desk);
}

/** Forms as they are for an event that was not in view before; what was typed about another one is not its. */
function empty(/** @type {Desk} */ desk) {
  for (const name of FORMS) byId(name).reset();
  for (const name of /** @type {const} */ (["line-told", "lines-told", "people-told", "none-told", "measure-told"])) tell(byId(name), "");
  byId("line-source").replaceChildren(...sources.map((each) => h("option", { value: each.source }, `${either(each.group_name)} · ${either(each.name)}`)));
  byId("line-from").value = desk.event.year?.starts_on ?? desk.event.starts_at.slice(0, 10);
  byId("line-until").value = desk.event.year?.ends_on ?? desk.event.ends_at.slice(0, 10);
  correct(null);
  showUnits();
}

/** Units and usual factors of the chosen source. */
function showUnits() {
  const chosen = sources.find((each) => each.source === byId("line-source").value);
  if (!chosen) return;
  byId("line-unit").replaceChildren(...chosen.units.map((unit) => h("option", { value: unit }, unit)));
  const options = chosen.factors.map((each) => h("option", { value: each.id }, `${either(each.name)} · ${plain(each.value)} ${each.unit}`));
  byId("line-factor").replaceChildren(...options, h("option", { value: "" }, t("inventory.page.own")));
  showOwn();
}

function showOwn() {
  for (const field of all("[data-own]", byId("line-form"))) field.hidden = byId("line-factor").value !== "";
}

function correct(/** @type {ItemOf<"/v1/events/{slug}/inventory"> | null} */ line) {
  corrected = line?.id ?? null;
  tell(byId("line-corrects"), line ? t("inventory.page.corrects", { source: t(`inventory.source.${line.source}`), quantity: plain(line.quantity), unit: line.unit }) : "");
  if (!line) return;
  for (const [name, value] of /** @type {const} */ ([["phase", line.phase], ["source", line.source], ["quantity", line.quantity], ["meter", line.meter ?? ""], ["from", line.period_from], ["until", line.period_until], ["quality", line.quality], ["note", line.note ?? ""], ["document", line.document_id ?? ""]])) byId(`line-${name}`).value = String(value);
  showUnits();
  byId("line-unit").value = line.unit;
  byId("line-factor").value = line.factor_id ?? "";
  byId("line-own-value").value = line.factor_id ? "" : String(line.factor_value);
  byId("line-own-unit").value = line.factor_id ? "" : line.factor_unit;
  byId("line-own-source").value = line.factor_source ?? "";
  showOwn();
  byId("line-quantity").focus();
}

async function readLines(/** @type {Desk} */ desk, cursor = "") {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (cursor) query.set("cursor", cursor);
  const page = await desk.ask(desk.path(`/inventory?${query}`));
  showPage(byId("lines").tBodies[0], byId("lines-more"), page, (line) => row(desk, line), { isNext: cursor !== "" });
}

function row(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/inventory">} */ line) {
  const change = h("button", { class: "button tiny", type: "button" }, t("inventory.page.correct"));
  change.addEventListener("click", () => correct(line));
  const isOpen = !line.superseded_by && !byId("inventory-forms").hidden;
  const period = line.period_from === line.period_until ? line.period_from : `${line.period_from} – ${line.period_until}`;
  return h("tr", { "data-line": line.id, class: line.superseded_by ? "is-superseded" : "" }, h("td", {}, t(`inventory.source.${line.source}`), line.meter ? h("small", {}, ` ${line.meter}`) : ""), h("td", {}, t(`inventory.phase.${line.phase}`)), h("td", {}, period), h("td", { class: "num" }, `${plain(line.quantity)} ${line.unit}`), h("td", { class: "num" }, mass(line.emission_g)), h("td", {}, t(`inventory.quality.${line.quality}`)), h("td", {}, line.entered_by), h("td", {}, line.superseded_by ? h("small", {}, t("inventory.page.superseded")) : isOpen ? change : ""));
}

export function startInventory(/** @type {Desk} */ desk) {
  byId("line-source").addEventListener("change", showUnits);
  byId("line-factor").addEventListener("change", showOwn);
  byId("line-form").addEventListener("reset", () => correct(null));
  byId("lines-more").addEventListener("click", () => desk.guard(() => readLines(desk, byId("lines-more").dataset.cursor)));
  byId("lines-file").addEventListener("change", async () => {
    const [file] = byId("lines-file").files ?? [];
    if (file) await showFile(file);
  });
  const told = (/** @type {HTMLElement} */ line) => ({ lines: lineOf(line), explanation: explain });
  onSend(desk, byId("line-form"), () => sendLine(desk), told(byId("line-told")));
  onSend(desk, byId("lines-form"), () => sendFile(desk), told(byId("lines-told")));
  onSend(desk, byId("people-form"), () => sendPeople(desk), told(byId("people-told")));
  onSend(desk, byId("none-form"), () => sendNone(desk), told(byId("none-told")));
  onSend(desk, byId("measure-form"), () => sendMeasure(desk), told(byId("measure-told")));
  onDownload(desk, byId("lines-template"), lineOf(byId("lines-told")), () => ({ path: "/inventory-template.csv", type: "text/csv", name: "inventory-template.csv" }));
}

/** Text in UTF-8 is shown, to be corrected here; the server reads everything else. @param {File} file */
async function showFile(file) {
  const bytes = await file.arrayBuffer();
  const field = byId("lines-text");
  byId("lines-errors").replaceChildren();
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    chosen = text.includes("\0") || text.startsWith("PK") ? file : null;
    field.value = chosen ? "" : text;
  } catch {
    chosen = file;
    field.value = "";
  }
  field.required = !chosen;
  tell(byId("lines-told"), chosen ? t("organiser.file.bytes", { name: file.name }) : "");
}

async function sendLine(/** @type {Desk} */ desk) {
  const value = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (byId("line-form").elements.namedItem(name)).value.trim();
  /** @type {any} */
  const line = { quality: Number(value("quality")) };
  for (const name of ["phase", "source", "quantity", "unit", "period_from", "period_until", "meter", "document_id", "note"]) if (value(name)) line[name] = value(name);
  if (value("factor")) line.factor_id = value("factor");
  else line.factor = { value: value("own_value") || "0", unit: value("own_unit") || "?", source: value("own_source") || "?" };
  if (corrected) line.supersedes = corrected;
  const stored = await desk.post(desk.path("/inventory"), { lines: [line] });
  byId("line-quantity").value = "";
  byId("line-note").value = "";
  correct(null);
  await readInventory(desk);
  return t("inventory.page.stored", { mass: mass(stored.emission_g) });
}

/** The text stays where it is until its lines are stored: a mistake is corrected in it and sent again. */
async function sendFile(/** @type {Desk} */ desk) {
  const progress = byId("lines-progress");
  progress.hidden = false;
  byId("lines-errors").replaceChildren();
  tell(byId("lines-told"), t("organiser.sending"));
  try {
    const text = byId("lines-text").value;
    const file = chosen && !text ? chosen : new File([text], "lines.csv", { type: "text/csv" });
    const stored = await upload(desk.session, desk.path("/inventory-imports"), file, (share) => (progress.value = share), "text/csv");
    byId("lines-form").reset();
    byId("lines-text").required = true;
    chosen = null;
    await readInventory(desk);
    const told = t("inventory.page.imported", { n: count(stored.lines.length), mass: mass(stored.emission_g) });
    return stored.file ? [told, either(stored.file.text), ...stored.file.notes.map(either)].join(" ") : told;
  } catch (error) {
    const errors = errorsOf(error);
    if (errors.length) byId("lines-errors").replaceChildren(errorList(errors, totalOf(error, errors), "inventory"));
    throw error;
  } finally {
    progress.hidden = true;
  }
}

async function sendPeople(/** @type {Desk} */ desk) {
  const source = byId("people-source").value.trim();
  const people = CATEGORIES.map((category) => ({ category, people: Number(/** @type {any} */ (byId(`people-${category}`)).value || 0), source })).filter((each) => each.people > 0);
  const stored = await desk.post(desk.path("/inventory"), { people });
  await readInventory(desk);
  return t("inventory.page.people.stored", { n: count(stored.people) });
}

async function sendNone(/** @type {Desk} */ desk) {
  const group = /** @type {"freight"} */ (byId("none-group").value);
  const reason = byId("none-reason").value.trim();
  await desk.post(desk.path("/inventory"), { none: [{ phase: "actual", group, reason }] });
  byId("none-reason").value = "";
  await readInventory(desk);
  return t("desk.saved");
}

async function sendMeasure(/** @type {Desk} */ desk) {
  const grams = (/** @type {"measure-baseline-kg" | "measure-kg"} */ name) => Math.round(Number(byId(name).value) * KG_G);
  const group = /** @type {"energy"} */ (byId("measure-group").value);
  await desk.post(desk.path("/measures"), { group, measure: byId("measure-name").value.trim(), baseline: byId("measure-baseline").value.trim(), baseline_g: grams("measure-baseline-kg"), reduction_g: grams("measure-kg") });
  byId("measure-form").reset();
  await readInventory(desk);
  return t("desk.saved");
}
