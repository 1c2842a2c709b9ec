// The events that a staff board may follow: an organiser's own, all events for other roles; published ones only.
import { patiently } from "./retry.js";

const EVENTS_MAX = 100;
const BEFORE_PUBLIC = new Set(["draft", "submitted", "rejected"]);

/** @param {Session} session @param {OnWait} onWait */
export async function eventsToWatch(session, onWait) {
  const { items } = await patiently(() => session.ask(`/v1/staff/events?limit=${EVENTS_MAX}`), { onWait });
  return items.filter((event) => !BEFORE_PUBLIC.has(event.state));
}
