// Events of the regulator's desk: the list, and one event with its account, pools, steps and alerts.
import { Refused } from "../shared/api.js";
import { cityName } from "../shared/city_names.js";
import { byId, fieldOf, h, valuesOf } from "../shared/dom.js";
import { showDemonstration } from "../shared/demonstration.js";
import { showFreeze } from "../shared/freeze.js";
import { count, dayOf, either, mass, momentOf, t } from "../shared/i18n.js";
import { alertRow } from "./supervision_alerts.js";
import { agencyName, chip, facts } from "./supervision_desk.js";

/** @typedef {import("./supervision_desk.js").Desk} Desk */
/** @typedef {ItemOf<"/v1/supervision/events">} WatchedEvent */

/** @param {Desk} desk */
export function eventsPart(desk) {
  const query = () => {
    const told = Object.entries(valuesOf(byId("events-form"))).filter(([, value]) => value);
    return new URLSearchParams([["limit", "20"], ...told]);
  };
  const load = desk.list(byId("events"), byId("events-more"), (cursor) => desk.session.ask(`/v1/supervision/events?${query()}${cursor}`), row, t("supervision.events.none"));
  byId("events-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    load();
  });
  return load;
}

/** @param {WatchedEvent} event */
const chips = (event) =>
  h(
    "span",
    { class: "chips" },
    chip(t(`supervision.state.${event.state}`)),
    event.late_days ? chip(t("supervision.event.late", { n: event.late_days }), "lost") : null,
    event.frozen_at ? chip(t("supervision.event.frozen"), "rejected") : null,
    event.is_demonstration ? chip(t("supervision.event.demonstration")) : null,
  );

/** @param {WatchedEvent} event */
function row(event) {
  return h(
    "li",
    { "data-event": event.slug },
    h("div", { class: "card-head" }, h("h3", {}, h("a", { href: `#event/${encodeURIComponent(event.slug)}` }, either(event.name))), chips(event)),
    h("p", { class: "note" }, [cityName(event.city), agencyName(event.agency), `${dayOf(event.starts_at)} – ${dayOf(event.ends_at)}`].join(" · ")),
    figures(event),
  );
}

/** @param {WatchedEvent} event */
const figures = (event) =>
  facts([
    [t("supervision.event.joined"), count(event.joined)],
    [t("supervision.event.footprint"), mass(event.footprint_g)],
    [t("supervision.event.offset"), mass(event.offset_g)],
    [t("supervision.event.pool"), `${mass(event.pool_left_g)} / ${mass(event.pool_g)}`],
  ]);

/** An answer, or null where there is none for this event. @template T @param {Promise<T>} asked @returns {Promise<T | null>} */
const orNothing = (asked) =>
  asked.catch((error) => {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  });

/** One event. @param {Desk} desk @param {string} slug */
export async function showEvent(desk, slug) {
  /** @type {`/v1/events/${string}`} */
  const path = `/v1/events/${encodeURIComponent(slug)}`;
  const [found, pools, steps, alerts, account] = await Promise.all([
    desk.session.ask(`/v1/supervision/events?query=${encodeURIComponent(slug)}&limit=100`),
    desk.session.ask(`${path}/pools`),
    desk.session.ask(`${path}/steps?limit=100`),
    desk.session.ask(`/v1/supervision/alerts?event=${encodeURIComponent(slug)}&limit=100`),
    orNothing(desk.session.ask(`${path}/account`)),
  ]);
  const event = found.items.find((each) => each.slug === slug);
  if (!event) return;
  const reload = () => desk.show(() => showEvent(desk, slug));
  const freezer = h("div", { id: "freezer" });
  byId("event-shown").replaceChildren(
    h("section", { class: "card" }, h("div", { class: "card-head" }, h("h2", {}, either(event.name)), chips(event)), h("p", { class: "note" }, [event.slug, cityName(event.city), agencyName(event.agency)].join(" · ")), figures(event), h("p", { class: "note" }, `${t("supervision.event.period")}: ${momentOf(event.starts_at)} – ${momentOf(event.ends_at)}`), links(desk, event), freezer),
    h("section", { class: "card" }, h("h2", {}, t("supervision.event.alerts")), h("ul", { class: "entries" }, alerts.items.length ? alerts.items.map((alert) => alertRow(desk, alert, reload)) : h("li", { class: "note" }, t("supervision.alerts.none")))),
    h("section", { class: "card" }, h("h2", {}, t("supervision.event.account")), account ? accountTable(account) : h("p", { class: "note" }, t("supervision.event.account.none"))),
    h("section", { class: "card" }, h("h2", {}, t("supervision.event.pools")), pools.items.length ? poolTable(pools.items) : h("p", { class: "note" }, t("supervision.event.pools.none"))),
    h("section", { class: "card" }, h("h2", {}, t("supervision.event.steps")), h("ul", { class: "plain-list" }, steps.items.map(stepRow))),
  );
  const demonstration = h("div", { id: "demonstration", class: "card" });
  byId("event-shown").append(demonstration);
  await showDemonstration(desk.session, slug, demonstration, reload);
  await showFreeze(desk.session, slug, freezer, reload);
}

/** @param {ItemOf<"/v1/events/{slug}/steps">} step */
const stepRow = (step) => h("li", {}, `${momentOf(step.at)} · ${step.actor} · ${step.from_state ? t(`supervision.state.${step.from_state}`) : "–"} → ${t(`supervision.state.${step.to_state}`)}`, step.note ? h("span", { class: "note" }, ` · ${step.note}`) : null);

/** @param {Desk} desk @param {WatchedEvent} event */
function links(desk, event) {
  const sample = h("button", { class: "button tiny", type: "button" }, t("supervision.event.sample"));
  sample.addEventListener("click", () => {
    window.location.hash = "#samples";
    /** @type {HTMLDetailsElement} */ (byId("draw")).open = true;
    fieldOf(byId("draw-form"), "event").value = event.slug;
    fieldOf(byId("draw-form"), "reason").focus();
  });
  const inspect = h("button", { class: "button tiny", type: "button" }, t("supervision.event.inspect"));
  inspect.addEventListener("click", () => {
    window.location.hash = "#inspections";
    /** @type {HTMLDetailsElement} */ (byId("inspect")).open = true;
    fieldOf(byId("inspect-form"), "event").value = event.slug;
    fieldOf(byId("inspect-form"), "purpose").focus();
  });
  const report = event.state === "closed" ? h("a", { class: "button quiet tiny", href: `/events/${encodeURIComponent(event.slug)}/report` }, t("supervision.event.report")) : null;
  return h("div", { class: "buttons" }, ...(desk.isRegulator ? [sample, inspect] : []), report);
}

/** @param {AnswerOf<"/v1/events/{slug}/account">} account */
function accountTable(account) {
  return facts([
    [t("supervision.event.account.whole"), mass(account.high_g)],
    [t("supervision.event.account.retired"), mass(account.retired_g)],
  ]);
}

/** @param {ItemOf<"/v1/events/{slug}/pools">[]} pools */
const poolTable = (pools) =>
  h(
    "ul",
    { class: "plain-list" },
    pools.map((pool) => h("li", {}, h("code", {}, `${pool.serial_from}–${pool.serial_to}`), ` · ${mass(pool.grams)} · ${t("supervision.event.pool")}: ${mass(pool.grams_left)} · `, h("a", { href: `/staff/credits#${pool.batch_id}` }, t("supervision.link.batch")))),
  );
