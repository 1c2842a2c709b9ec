// Changing what was filed, until it is accepted: only what differs is sent, with the reason.
import { all, byId, fieldOf, h, tell } from "../shared/dom.js";
import { Refused } from "../shared/api.js";
import { markMissing, refuse, valuesIn } from "./new_event.js";
import { isOthers } from "./submit_form.js";
import { waitIn } from "../shared/wait_notice.js";
import { instantOf, localOf } from "./city_time.js";
import { patiently } from "../shared/retry.js";
import { TAB, forget, keep, recall } from "../shared/web_storage.js";
import { t } from "../shared/i18n.js";

const CHANGEABLE = new Set(["draft", "submitted"]);
const PROFILE = ["nights", "meals", "room_sharing", "hotel_stars", "diet", "radiative_forcing"];
const NUMBERS = new Set(["expected_people", "target_pct", "venue_kwh", "join_points", "nights", "meals", "room_sharing", "hotel_stars"]);
const TIMES = new Set(["starts_at", "ends_at"]);

const keyOf = (/** @type {Desk} */ desk) => `organiser.change.${desk.event.slug}`;

export function showChange(/** @type {Desk} */ desk) {
  const isOffered = CHANGEABLE.has(desk.event.state) && desk.may("file");
  byId("change-open").hidden = !isOffered;
  const draft = recall(keyOf(desk), TAB);
  if (isOthers(byId("change-card"), desk) || byId("change-card").hidden) fill({ ...valuesOf(desk.event), ...(draft ?? {}) }, desk.event);
  unfold(isOffered && draft !== null);
}

function unfold(/** @type {boolean} */ isOpen) {
  byId("change-card").hidden = !isOpen;
  byId("change-open").setAttribute("aria-expanded", String(isOpen));
}

/** @typedef {Record<string, any>} Values what the fields of the form hold, by their names */

/** The event as the form would have it. @returns {Values} */
function valuesOf(/** @type {Record<string, any>} */ event) {
  const profile = Object.fromEntries(PROFILE.map((name) => [name, textOf(event.profile[name])]));
  const plain = ["kind", "city", "rank", "boundary", "neutrality_scope", "factor_set", "plan", "expected_people", "target_pct", "join_points"];
  return {
    ...Object.fromEntries(plain.map((name) => [name, textOf(event[name])])),
    ...profile,
    name_zh: event.name["zh-CN"],
    name_en: event.name.en,
    starts_at: localOf(event.starts_at),
    ends_at: localOf(event.ends_at),
    agency: event.agency?.code ?? "",
    venue_kwh: "",
    is_nominated: event.is_nominated,
    neutralises: [...event.neutralises].sort().join(" "),
    reason: "",
  };
}

const textOf = (/** @type {unknown} */ value) => (value === null || value === undefined ? "" : String(value));

function fill(/** @type {Values} */ values, /** @type {EventView} */ event) {
  const form = byId("change-form");
  const filed = valuesOf(event);
  for (const [name, value] of Object.entries(values)) {
    if (name === "neutralises") for (const box of all('input[name="neutralises"]', form)) box.checked = value.split(" ").includes(box.value);
    else if (name === "is_nominated") fieldOf(form, name).checked = value;
    else fillOne(fieldOf(form, name), value, filed[name]);
  }
}

/** A particular that was declared cannot be withdrawn, so its field may not be left empty. */
function fillOne(/** @type {Field} */ field, /** @type {string} */ value, /** @type {string} */ filed) {
  if (field.tagName === "SELECT") {
    if (![...field.options].some((option) => option.value === value)) field.append(h("option", { value }, value));
    for (const option of field.options) option.disabled = option.value === "" && filed !== "";
  } else field.required = field.name === "reason" || filed !== "";
  field.value = value;
}

function valuesNow() {
  const form = byId("change-form");
  const chosen = all('input[name="neutralises"]:checked', form).map((box) => box.value);
  return { ...valuesIn(form), neutralises: chosen.sort().join(" ") };
}

/** What differs from what was filed, in the form of the request. */
function changesOf(/** @type {Values} */ values, /** @type {Values} */ filed) {
  /** @type {Record<string, any>} */
  const changes = {};
  /** @type {Record<string, any>} */
  const profile = {};
  for (const [name, value] of Object.entries(values)) {
    if (name === "reason" || value === filed[name] || (value === "" && name !== "neutralises")) continue;
    const plain = NUMBERS.has(name) ? Number(value) : TIMES.has(name) ? instantOf(value) : typeof value === "string" ? value.trim() : value;
    if (name === "radiative_forcing") profile[name] = value === "true";
    else if (PROFILE.includes(name)) profile[name] = plain;
    else if (name === "neutralises") changes.neutralises = value.split(" ").filter(Boolean);
    else if (name.startsWith("name_")) changes.name = { "zh-CN": values.name_zh.trim(), en: values.name_en.trim() };
    else changes[name] = plain;
  }
  if (Object.keys(profile).length) changes.profile = profile;
  return changes;
}

export function startChange(/** @type {Desk} */ desk) {
  const form = byId("change-form");
  byId("change-open").addEventListener("click", () => {
    const isOpen = byId("change-card").hidden;
    unfold(isOpen);
    if (isOpen) byId("change-title").focus();
  });
  byId("change-discard").addEventListener("click", () => {
    close(desk);
    fill(valuesOf(desk.event), desk.event);
  });
  // Only what differs is kept: what somebody else changes meanwhile is not turned back.
  form.addEventListener("input", () => {
    const filed = valuesOf(desk.event);
    keep(keyOf(desk), Object.fromEntries(Object.entries(valuesNow()).filter(([name, value]) => value !== filed[name])), TAB);
  });
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    if (!markMissing(form)) return;
    const changes = changesOf(valuesNow(), valuesOf(desk.event));
    if (Object.keys(changes).length === 0) {
      tell(byId("change-refused"), t("desk.change.none"));
      return;
    }
    const button = byId("change-send");
    button.disabled = true;
    try {
      const body = { reason: fieldOf(form, "reason").value.trim(), ...changes };
      const { revision } = desk.event;
      const send = () => desk.session.ask(desk.path("/changes"), { method: "POST", body, ifMatch: revision });
      const event = await patiently(send, { onWait: waitIn(byId("change-refused")) }).catch((error) => standing(desk, error));
      close(desk);
      await desk.changed(event);
      tell(byId("change-said"), t("desk.change.done"));
    } catch (error) {
      if (!desk.isSignedOut(error)) refuse(form, error, byId("change-refused"));
    } finally {
      button.disabled = false;
    }
  });
}

/** The event as it stands, where an answer was lost and what was sent is in it; else somebody else's change is shown first. */
async function standing(/** @type {Desk} */ desk, /** @type {any} */ error) {
  if (!(error instanceof Refused) || error.status !== 412) throw error;
  const fresh = await desk.session.ask(/** @type {"/v1/events/{slug}"} */ (desk.path("")));
  const missing = changesOf(valuesNow(), valuesOf(fresh));
  desk.event = fresh;
  if (Object.keys(missing).length > 0) throw error;
  return fresh;
}

function close(/** @type {Desk} */ desk) {
  forget(keyOf(desk), TAB);
  fieldOf(byId("change-form"), "reason").value = "";
  unfold(false);
  byId("change-open").focus();
}
