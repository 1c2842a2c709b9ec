// The life cycle of an event: its state, the next states and what each requires, and the steps so far.
import { byId, h, valuesOf } from "../shared/dom.js";
import { showChange } from "./application.js";
import { filedYear, isYear } from "./new_year.js";
import { showDemonstration } from "../shared/demonstration.js";
import { noticesIn } from "../shared/lazy_section.js";
import { showRefusal } from "../shared/result.js";
import { patiently } from "../shared/retry.js";
import { showWait } from "../shared/wait_notice.js";
import { count, either, momentOf, plain, t, word } from "../shared/i18n.js";

const STATES = ["draft", "submitted", "accepted", "running", "accounting", "offset", "evaluated", "closed"];
/** @type {Record<string, string>} */
const TONES = { running: "live", rejected: "rejected", closed: "final", evaluated: "final" };

export function showState(/** @type {HTMLElement} */ chip, /** @type {string} */ state) {
  chip.dataset.state = TONES[state] ?? state;
  chip.dataset.eventState = state;
  chip.textContent = word("state", state);
}

export async function readLife(/** @type {Desk} */ desk) {
  const [event, { items: steps }, { items: documents }] = await Promise.all([desk.ask(desk.path()), desk.ask(desk.path("/steps?limit=100")), desk.ask(desk.path("/documents"))]);
  desk.event = event;
  desk.showHead();
  showWay(event.state, new Set(["draft", ...steps.map((each) => each.to_state)]));
  byId("steps").replaceChildren(...steps.reverse().map(step));
  showNext(desk, event, documents);
  showFiled(event);
  showChange(desk);
  await showDemonstration(desk.session, event.slug, byId("nomination"));
}

// A short cut leaves states out: they stay empty on the way.
function showWay(/** @type {string} */ state, /** @type {Set<string>} */ seen) {
  const at = STATES.indexOf(state);
  byId("life").replaceChildren(
    ...STATES.map((name, number) => h("li", { class: number < at && seen.has(name) ? "is-past" : "", "aria-current": number === at ? "step" : null }, h("span", { class: "life-dot", "aria-hidden": "true" }), h("span", {}, word("state", name)))),
  );
}

function step(/** @type {ItemOf<"/v1/events/{slug}/steps">} */ each) {
  const name = each.from_state === null ? t("organiser.step.created") : each.from_state === each.to_state ? t("organiser.step.changed") : t("organiser.step.moved", { from: word("state", each.from_state), to: word("state", each.to_state) });
  return h("li", { class: "entry" }, h("div", {}, h("p", { class: "entry-name" }, name), each.note ? h("p", {}, each.note) : null, h("small", {}, `${each.actor} · ${momentOf(each.at)}`)));
}

function showNext(/** @type {Desk} */ desk, /** @type {EventView} */ event, /** @type {ItemOf<"/v1/events/{slug}/documents">[]} */ documents) {
  const ways = new Map();
  for (const each of desk.steps.filter((one) => one.from_state === event.state)) if (!ways.has(each.to_state)) ways.set(each.to_state, each);
  byId("next").replaceChildren(...(ways.size ? [...ways.values()].map((way) => wayOf(desk, event, documents, way)) : [h("p", { class: "note" }, t("organiser.next.none"))]));
}

function wayOf(/** @type {Desk} */ desk, /** @type {EventView} */ event, /** @type {ItemOf<"/v1/events/{slug}/documents">[]} */ documents, /** @type {Desk["steps"][number]} */ way) {
  const others = rolesInstead(way, desk.role);
  if (others) return h("div", { class: "way", "data-to": way.to_state }, h("h3", {}, word("state", way.to_state)), h("p", { class: "note" }, others));
  const form = h("form", { class: "way", "data-to": way.to_state });
  const needs = way.needs ?? [];
  const lacking = missing(event, documents, needs);
  const fields = inputs(event, documents, needs, way.to_state);
  const button = h("button", { class: "button primary", type: "submit" }, t("organiser.move", { state: word("state", way.to_state) }));
  form.append(h("h3", {}, word("state", way.to_state)), lacking.length ? h("ul", { class: "lacking" }, lacking.map((text) => h("li", {}, text))) : "", ...fields, h("div", { class: "buttons" }, button));
  const notices = noticesIn(form);
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    button.disabled = true;
    notices.refusal.hidden = true;
    try {
      const body = bodyOf(form, way.to_state);
      await desk.changed(await patiently(() => desk.post(desk.path("/transitions"), body), { onWait: (wait) => showWait(notices.waiting, wait) }));
    } catch (error) {
      if (!desk.isSignedOut(error)) showRefusal(error, notices.refusal);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}

/** The roles that take a step which this person's role may not take; empty where it may. Organisers move events that they filed themselves. */
function rolesInstead(/** @type {Desk["steps"][number]} */ way, /** @type {string} */ role) {
  if ((way.needs ?? []).includes("second_person") && role === "organiser") return t("organiser.next.second_person");
  return way.by.includes(role) ? "" : t("organiser.next.others", { roles: way.by.map((each) => t(`organiser.role.${each}`)).join(t("list.comma")) });
}

/** What is seen here to be missing; the server decides. */
function missing(/** @type {EventView} */ event, /** @type {ItemOf<"/v1/events/{slug}/documents">[]} */ documents, /** @type {string[]} */ needs) {
  /** @type {Set<string>} */
  const kinds = new Set(documents.map((document) => document.kind));
  const found = [];
  if (needs.includes("agency") && !event.agency) found.push(t("organiser.lacks.agency"));
  if (needs.includes("plan") && !event.plan) found.push(t("organiser.lacks.plan"));
  if (needs.includes("end") && Date.parse(event.ends_at) > Date.now()) found.push(t("organiser.lacks.end", { at: momentOf(event.ends_at) }));
  if (needs.includes("documents") && event.is_demonstration) {
    const lacking = ["plan", "reduction_actions", "neutralisation", "evaluation"].filter((kind) => !kinds.has(kind));
    if (lacking.length) found.push(t("organiser.lacks.documents", { kinds: lacking.map((kind) => t(`document.${kind}`)).join(t("list.comma")) }));
  }
  return found;
}

function inputs(/** @type {EventView} */ event, /** @type {ItemOf<"/v1/events/{slug}/documents">[]} */ documents, /** @type {string[]} */ needs, /** @type {string} */ to) {
  const field = (/** @type {string} */ name, /** @type {HTMLElement} */ input) => h("label", { class: "way-field" }, h("span", {}, t(`organiser.way.${name}`)), input);
  const note = field("note", h("input", { class: "input", name: "note", maxlength: 500, required: needs.includes("note") }));
  const found = [note];
  if (needs.includes("account")) {
    if (event.neutrality_scope !== "attendees" && !isYear(event)) found.push(field("organiser_emission_kg", h("input", { class: "input", name: "organiser_emission_kg", type: "number", min: 0, step: "0.001" })));
    found.push(h("label", { class: "choice" }, h("input", { type: "checkbox", name: "is_partial" }), t("organiser.way.is_partial")));
  }
  if (to === "offset") found.push(field("statement", h("textarea", { class: "input", name: "statement", rows: 3, maxlength: 4000 })));
  if (needs.includes("evaluation")) {
    const isVerified = documents.some((document) => document.kind === "verifier_report");
    found.push(field("verifier", h("input", { class: "input", name: "verifier", maxlength: 200 })), field("statement", h("textarea", { class: "input", name: "statement", rows: 3, maxlength: 4000, required: !isVerified && !event.evaluation?.statement })));
  }
  return found;
}

function bodyOf(/** @type {HTMLFormElement} */ form, /** @type {string} */ to) {
  const values = valuesOf(form);
  /** @type {any} */
  const body = { to };
  for (const name of ["note", "verifier", "statement"]) if (values[name]?.trim()) body[name] = values[name].trim();
  if (values.organiser_emission_kg) body.organiser_emission_g = Math.round(Number(values.organiser_emission_kg) * 1000);
  if (values.is_partial) body.is_partial = true;
  return body;
}

function showFiled(/** @type {EventView} */ event) {
  const rows = [
    [t("organiser.form.slug"), event.slug],
    [t("organiser.form.kind"), t(`organiser.kind.${event.kind}`)],
    [t("organiser.form.boundary"), t(`boundary.long.${event.boundary}`)],
    [t("organiser.form.neutrality_scope"), t(`organiser.scope.${event.neutrality_scope}`)],
    [t("organiser.form.agency"), event.agency ? either(event.agency.name) : t("organiser.untold")],
    [t("organiser.form.expected_people"), event.expected_people === null ? t("organiser.untold") : count(event.expected_people)],
    [t("organiser.form.target_pct"), `${plain(event.target_pct)} %`],
    [t("organiser.form.factor_set"), event.factor_set],
    [t("organiser.form.join_points"), count(event.join_points)],
    [t("organiser.form.neutralises"), event.neutralises.map((source) => word("source", source)).join(t("list.comma")) || t("organiser.pool.none")],
    [t("organiser.form.plan"), event.plan ?? t("organiser.untold")],
  ];
  const events = new Set([t("organiser.form.boundary"), t("organiser.form.neutrality_scope"), t("organiser.form.expected_people"), t("organiser.form.join_points"), t("organiser.form.neutralises")]);
  const shown = isYear(event) ? rows.filter(([name]) => !events.has(name)) : rows;
  byId("filed").replaceChildren(...filedYear(event), ...shown.map(([name, text]) => h("div", name === t("organiser.form.plan") ? { class: "wide" } : {}, h("dt", {}, name), h("dd", {}, text))));
}
