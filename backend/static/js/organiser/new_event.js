// A new event: what was typed is kept until the event is there, and what is wrong is told at its field.
import { Refused, ask } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { forget, keep, recall } from "../shared/web_storage.js";
import { showRefusal } from "../shared/result.js";
import { SignedOut } from "../shared/session.js";
import { either, t } from "../shared/i18n.js";

const DRAFT = "organiser.new";
const TAB = { isLasting: false };
const NUMBERS = ["expected_people", "target_pct", "venue_kwh"];
const FIELD_OF = { slug_taken: "slug", unknown_city: "city", event_agency_foreign: "agency", agency_foreign: "agency", event_template_unfit: "template", template_unfit: "template" };

export function startForm(desk) {
  const form = byId("event-form");
  fill(form, recall(DRAFT, TAB) ?? {});
  form.addEventListener("input", () => keep(DRAFT, valuesIn(form), TAB));
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    send(desk, form);
  });
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

export function valuesIn(form) {
  const values = Object.fromEntries(new FormData(form));
  return { ...values, is_demonstration: form.elements.is_demonstration.checked };
}

function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
  }
}

/** The request's body; times are those of the city's clock, and what was left empty is not told. */
function bodyOf(values) {
  const body = { name: { "zh-CN": values.name_zh.trim(), en: values.name_en.trim() }, slug: values.slug.trim(), kind: values.kind, city: values.city.trim() };
  for (const name of ["starts_at", "ends_at"]) body[name] = `${values[name]}:00+08:00`;
  for (const name of ["boundary", "agency", "template", "plan", "neutrality_scope"]) if (values[name]?.trim()) body[name] = values[name].trim();
  for (const name of NUMBERS) if (values[name] !== "") body[name] = Number(values[name]);
  if (values.is_demonstration) body.is_demonstration = true;
  return body;
}

async function send(desk, form) {
  if (!markMissing(form)) return;
  const button = byId("event-send");
  button.disabled = true;
  try {
    const event = await patiently(() => desk.post("/v1/events", bodyOf(valuesIn(form))), { onWait: (wait) => tell(byId("form-refused"), wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : "") });
    forget(DRAFT, TAB);
    form.reset();
    desk.event = event;
    location.hash = `#event/${encodeURIComponent(event.slug)}/life`;
  } catch (error) {
    if (error instanceof SignedOut) desk.guard(() => Promise.reject(error));
    else refuse(form, error, byId("form-refused"));
  } finally {
    button.disabled = false;
  }
}

/** Old complaints go; what is missing or out of bounds is told at its field. Returns whether all is there. */
export function markMissing(form) {
  for (const error of form.querySelectorAll(".field-error")) tell(error, "");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const missing = [...form.elements].filter((field) => field.willValidate && !field.checkValidity());
  for (const field of missing) complain(form, field.name, field.validity.valueMissing ? t("organiser.form.missing") : field.validationMessage);
  missing[0]?.focus();
  return missing.length === 0;
}

/** At the field that the refusal names: by its code, by the path in the body, or by a name in the sentence. */
export function refuse(form, error, place) {
  if (!(error instanceof Refused)) {
    showRefusal(error, place);
    return;
  }
  const text = error.detail && error.detail !== error.title ? error.detail : error.title;
  const path = /`\$\.(?:profile\.)?([a-z_]+)/.exec(error.detail)?.[1];
  // Of several, the one that the sentence is about comes first in it.
  const places = [...form.elements].map((field) => [field.name, error.detail.search(new RegExp(`\\b${field.name}\\b`))]);
  const named = places.filter(([name, at]) => name && at >= 0).sort((a, b) => a[1] - b[1])[0]?.[0];
  const name = FIELD_OF[error.code] ?? (path === "name" ? "name_zh" : path) ?? named;
  if (!complain(form, name, text)) tell(place, text);
  else form.elements[name].focus?.();
}

function complain(form, name, text) {
  const place = form.querySelector(`[data-field="${name}"] .field-error`);
  if (!place) return false;
  tell(place, text);
  form.elements[name].setAttribute?.("aria-invalid", "true");
  return true;
}
