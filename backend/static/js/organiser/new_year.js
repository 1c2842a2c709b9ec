// The year of a venue, an enterprise or an institution: what is filed about it besides, and what of the pages it needs.
import { all, byId, fieldOf, h } from "../shared/dom.js";
import { either, t } from "../shared/i18n.js";

/** @type {Record<string, string[]>} */
const ASKED = { venue_year: ["scene"], enterprise_year: ["includes"], institution_year: ["includes"] };
const EVENTS_ONLY = ["boundary", "expected_people", "neutrality_scope", "venue_kwh"];
/** Parts of an event that nobody attends. */
const PEOPLES_PARTS = new Set(["badges", "venue", "devices", "live"]);

export const isYear = (/** @type {EventView} */ event) => Boolean(event.year);

/** Whether a part of the pages has anything to show of the event in view. */
export const hasPart = (/** @type {EventView} */ event, /** @type {string} */ part) => !isYear(event) || !PEOPLES_PARTS.has(part);

/** Fields of a year appear with its template, and those of an event go; the last whole year is filled in. @param {HTMLFormElement} form */
export function startYear(form) {
  const template = fieldOf(form, "template");
  const show = () => {
    const asked = ASKED[template.value] ?? [];
    byId("f-year").hidden = asked.length === 0;
    for (const name of ["scene", "includes"]) lineOf(form, name).hidden = !asked.includes(name);
    for (const name of EVENTS_ONLY) lineOf(form, name).hidden = asked.length > 0;
    byId("new-title").textContent = asked.length ? t(`organiser.template.${/** @type {"venue_year"} */ (template.value)}`) : t("organiser.new");
  };
  template.addEventListener("change", () => {
    show();
    if (ASKED[template.value]) fillLastYear(form);
  });
  form.addEventListener("reset", () => setTimeout(show));
  show();
}

/** @param {HTMLFormElement} form */
function fillLastYear(form) {
  const year = new Date().getFullYear() - 1;
  fieldOf(form, "starts_at").value = `${year}-01-01T00:00`;
  fieldOf(form, "ends_at").value = `${year}-12-31T23:59`;
  if (!["operation", "production"].includes(fieldOf(form, "kind").value)) fieldOf(form, "kind").value = "operation";
}

const lineOf = (/** @type {HTMLFormElement} */ form, /** @type {string} */ name) => all(`[data-field="${name}"]`, form)[0];

/** What the request says of a year; of an event nothing, and of a year nothing that only events have. @param {Record<string, any>} values @param {any} body */
export function yearOf(values, body) {
  const asked = ASKED[values.template];
  if (!asked) return body;
  for (const name of EVENTS_ONLY) delete body[name];
  if (asked.includes("scene") && values.scene?.trim()) body.scene = values.scene.trim();
  const includes = asked.includes("includes") ? (values.includes ?? "").split(/[\s,，]+/).filter(Boolean) : [];
  if (includes.length) body.includes = includes;
  return body;
}

/** Whose year it is, what it counts and what counts it, as a line of what was filed. @param {EventView} event */
export function filedYear(event) {
  const year = event.year;
  if (!year) return [];
  const name = year.scene ? either(year.scene.name) : either(year.organisation.name);
  const told = [t("organiser.year.of", { name, first: year.starts_on, last: year.ends_on })];
  if (year.includes.length) told.push(t("organiser.year.includes", { names: year.includes.map((each) => either(each.name)).join(t("list.comma")) }));
  if (year.within) told.push(t("organiser.year.within", { name: either(year.within.name) }));
  return [h("div", { class: "wide", id: "filed-year" }, h("dt", {}, t("organiser.filed.year")), ...told.map((text) => h("dd", {}, text)))];
}
