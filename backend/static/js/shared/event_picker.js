// The list of events on staff boards: an organiser's own, all events for other roles; published ones only.
import { byId, h, tell } from "./dom.js";
import { patiently } from "./retry.js";
import { waitIn } from "./wait_notice.js";
import { TAB, keep, recall } from "./web_storage.js";
import { either, t, word } from "./i18n.js";

const EVENTS_MAX = 100;
const BEFORE_PUBLIC = new Set(["draft", "submitted", "rejected"]);
const CHOSEN = "staff.event";

/** Offer the events in the page's list, the one that was last in view chosen; empty where there are none. @param {Session} session @param {HTMLElement} notice */
export async function offerEvents(session, notice) {
  const { items } = await patiently(() => session.ask(`/v1/staff/events?limit=${EVENTS_MAX}`), { onWait: waitIn(notice) });
  const events = items.filter((event) => !BEFORE_PUBLIC.has(event.state));
  byId("event").replaceChildren(...events.map(option));
  const before = recall(CHOSEN, TAB);
  const chosen = events.find((event) => event.slug === before) ?? events.find((event) => event.state === "running") ?? events[0];
  if (chosen) byId("event").value = chosen.slug;
  else tell(notice, t("staff.none"));
  return events;
}

/** The staff of an event find it chosen on every board of this tab. @param {string} slug */
export const rememberEvent = (slug) => keep(CHOSEN, slug, TAB);

/** @param {ItemOf<"/v1/staff/events">} event */
function option(event) {
  const name = either(event.name);
  return h("option", { value: event.slug }, event.state === "running" ? name : `${name} · ${word("state", event.state)}`);
}
