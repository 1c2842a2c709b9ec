// The events that a board may follow: an organiser's own, every one for other staff, and none before it is published.
import { patiently } from "./retry.js";

const EVENTS_MAX = 100;
const BEFORE_PUBLIC = new Set(["draft", "submitted", "rejected"]);

export async function eventsToWatch(session, onWait) {
  const { items } = await patiently(() => session.ask(`/v1/staff/events?limit=${EVENTS_MAX}`), { onWait });
  return items.filter((event) => !BEFORE_PUBLIC.has(event.state));
}
