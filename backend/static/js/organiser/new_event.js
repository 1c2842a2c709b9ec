// The form of a new event: what was typed is kept until the event is created; each mistake is shown at its field.
import { Refused, ask } from "../shared/api.js";
import { CityField, suggestAt } from "../shared/city_field.js";
import { all, byId, fieldOf, first, h, tell, valuesOf } from "../shared/dom.js";
import { waitIn } from "../shared/wait_notice.js";
import { patiently } from "../shared/retry.js";
import { TAB, forget, keep, recall } from "../shared/web_storage.js";
import { showRefusal } from "../shared/result.js";
import { either, t } from "../shared/i18n.js";
import { startYear, yearOf } from "./new_year.js";

const DRAFT = "organiser.new";
const NUMBERS = ["expected_people", "target_pct", "venue_kwh"];
/** @type {Record<string, string>} */
const FIELD_OF = { slug_taken: "slug", unknown_city: "city", city_ambiguous: "city", event_agency_foreign: "agency", agency_foreign: "agency", nomination_unfit: "rank", event_template_unfit: "template", template_unfit: "template", event_organisation_missing: "organisation", year_period_unfit: "ends_at", year_overlaps: "starts_at", year_organisation_unfit: "organisation", organisation_not_found: "organisation", organisation_not_active: "organisation", organisation_duty_missing: "organisation", year_scene_foreign: "scene", scene_not_found: "scene", year_not_includable: "includes" };

export function startForm(/** @type {Desk} */ desk) {
  const form = byId("event-form");
  fill(form, recall(DRAFT, TAB) ?? {});
  startYear(form);
  for (const each of [form, byId("change-form")]) new CityField(fieldOf(each, "city"), [...byId("cities").options]);
  form.addEventListener("input", () => keep(DRAFT, valuesIn(form), TAB));
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    send(desk, form);
  });
  offerOrganisations(desk);
  ask("/v1/agencies")
    .then(({ items }) => {
      const options = () => items.map((agency) => h("option", { value: agency.code }, either(agency.name)));
      byId("f-agency").append(...options());
      byId("f-agency").value = recall(DRAFT, TAB)?.agency ?? "";
      // An event may be in view already: its agency stands there by its code alone.
      const changed = byId("c-agency");
      const chosen = changed.value;
      changed.replaceChildren(changed.options[0], ...options());
      changed.value = chosen;
    })
    .catch(() => {});
}

/** The organisations that who is signed in files events for. An operator is a member of none and writes the code of one, or of none. */
function offerOrganisations(/** @type {Desk} */ desk) {
  const choice = byId("f-organisation");
  const code = h("input", { class: "input", id: choice.id, name: choice.name, maxlength: 40, autocomplete: "off", spellcheck: false, "aria-describedby": choice.getAttribute("aria-describedby") });
  const kept = () => recall(DRAFT, TAB)?.organisation ?? "";
  const show = (/** @type {any} */ field) => {
    const shown = byId(choice.id);
    if (shown !== field) {
      shown.replaceWith(field);
      field.value = kept();
    }
    byId("f-organisation-hint").hidden = field === code;
  };
  const offer = async () => {
    const role = desk.session.tokens?.staff?.role;
    show(role === "operator" ? code : choice);
    if (choice.options.length > 1 || role !== "organiser") return;
    const { items } = await desk.session.ask("/v1/staff/me/organisations");
    const mine = items.filter(({ organisation, duties }) => organisation.state === "active" && duties.some((duty) => duty === "owner" || duty === "editor"));
    if (choice.options.length > 1) return;
    choice.append(...mine.map(({ organisation }) => h("option", { value: organisation.code }, `${either(organisation.name)} · ${organisation.code}`)));
    choice.value = kept();
  };
  desk.whenOpen = () => offer().catch(() => {});
}

export function valuesIn(/** @type {HTMLFormElement} */ form) {
  return { ...valuesOf(form), is_nominated: fieldOf(form, "is_nominated").checked };
}

function fill(/** @type {HTMLFormElement} */ form, /** @type {Record<string, any>} */ values) {
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(form, name);
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
  }
}

/** The request's body; times are those of the city's clock, and a field that was left empty is left out. */
function bodyOf(/** @type {Record<string, any>} */ values) {
  /** @type {any} */
  const body = { name: { "zh-CN": values.name_zh.trim(), en: values.name_en.trim() }, slug: values.slug.trim(), kind: values.kind, city: values.city.trim() };
  for (const name of ["starts_at", "ends_at"]) body[name] = `${values[name]}:00+08:00`;
  for (const name of ["boundary", "agency", "rank", "organisation", "template", "plan", "neutrality_scope"]) if (values[name]?.trim()) body[name] = values[name].trim();
  for (const name of NUMBERS) if (values[name] !== "") body[name] = Number(values[name]);
  if (values.is_nominated) body.is_nominated = true;
  return yearOf(values, body);
}

async function send(/** @type {Desk} */ desk, /** @type {HTMLFormElement} */ form) {
  if (!markMissing(form)) return;
  const button = byId("event-send");
  button.disabled = true;
  try {
    const event = await patiently(() => desk.post("/v1/events", bodyOf(valuesIn(form))), { onWait: waitIn(byId("form-refused")) });
    forget(DRAFT, TAB);
    form.reset();
    desk.event = event;
    location.hash = `#event/${encodeURIComponent(event.slug)}/life`;
  } catch (error) {
    if (!desk.isSignedOut(error)) refuse(form, error, byId("form-refused"));
  } finally {
    button.disabled = false;
  }
}

/** Old complaints go; what is missing or out of bounds is shown at its field. Returns whether all is there. */
export function markMissing(/** @type {HTMLFormElement} */ form) {
  for (const error of all(".field-error", form)) tell(error, "");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const missing = fieldsOf(form).filter((field) => field.willValidate && !field.checkValidity());
  for (const field of missing) complain(form, field.name, field.validity.valueMissing ? t("organiser.form.missing") : field.validationMessage);
  missing[0]?.focus();
  return missing.length === 0;
}

/** At the field that the refusal names: by its code, or by the pointer into the body. */
export function refuse(/** @type {HTMLFormElement} */ form, /** @type {any} */ error, /** @type {HTMLElement} */ line) {
  if (!(error instanceof Refused)) {
    showRefusal(error, line);
    return;
  }
  const text = error.detail && error.detail !== error.title ? error.detail : error.title;
  const [, path, inner] = (error.errors[0]?.pointer ?? "").replace(/^\/profile(?=\/)/, "").split("/");
  const name = FIELD_OF[error.code] ?? (path === "name" ? (inner === "en" ? "name_en" : "name_zh") : path);
  if (!complain(form, name, text)) tell(line, text);
  else fieldOf(form, name).focus?.();
  if (name === "city") suggestAt(fieldOf(form, name));
}

/** @returns {Field[]} */
const fieldsOf = (/** @type {any} */ form) => [...form.elements];

function complain(/** @type {HTMLFormElement} */ form, /** @type {string} */ name, /** @type {string} */ text) {
  const line = first(`[data-field="${name}"] .field-error`, form);
  if (!line) return false;
  tell(line, text);
  fieldOf(form, name).setAttribute?.("aria-invalid", "true");
  return true;
}
