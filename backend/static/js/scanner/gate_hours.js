// Daily hours of a gate and when a badge may enter again, as backend/domain/gates/gate_hours.py and gate_rules.py say it.
import { t } from "../shared/i18n.js";

/** @typedef {{day: string | null, opens: string | null, closes: string | null}} Opening */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
// The clock of Asia/Shanghai, which has had no summer time since 1991; the device's own zone counts for nothing.
const local = (/** @type {number} */ at) => new Date(at + 8 * HOUR_MS).toISOString();

/** The day in Asia/Shanghai on which an instant lies. */
export const dayOf = (/** @type {number} */ at) => local(at).slice(0, 10);

const MINUTE_MS = 60_000;

/** The day that an entry counts for: it begins at midnight, or when the last gate that is open over midnight closes. @param {number} at @param {string | undefined} begins */
export function entryDay(at, begins) {
  const [hour, minute] = (begins ?? "00:00").split(":").map(Number);
  return dayOf(at - (hour * 60 + minute) * MINUTE_MS);
}

function hoursOf(/** @type {Opening[]} */ hours, /** @type {string} */ day) {
  const own = hours.filter((each) => each.day === day);
  return own.length > 0 ? own : hours.filter((each) => each.day === null);
}

/** Whether a gate with these hours is open; without any it always is. Times are compared as texts: 08:30 < 18:00 < 24:00. */
export function isOpen(/** @type {Opening[]} */ hours, /** @type {number} */ at) {
  if (hours.length === 0) return true;
  const time = local(at).slice(11, 16);
  const isToday = hoursOf(hours, dayOf(at)).some(({ opens, closes }) => opens !== null && closes !== null && opens <= time && (time < closes || closes <= opens));
  return isToday || hoursOf(hours, dayOf(at - DAY_MS)).some(({ opens, closes }) => opens !== null && closes !== null && closes <= opens && time < closes);
}

/** Whether an entry on a day is a second one of the same stay. @param {boolean} isInside @param {string | null} since the day of the entry before @param {string} policy @param {string} today */
export function countsAsInside(isInside, since, policy, today) {
  if (!isInside || policy === "unlimited") return false;
  return policy !== "once_per_day" || since === today;
}

/** The hours of today in words. */
export function hoursToday(/** @type {Opening[]} */ hours, /** @type {number} */ at) {
  if (hours.length === 0) return t("scanner.hours.always");
  const open = hoursOf(hours, dayOf(at)).flatMap(({ opens, closes }) => (opens === null ? [] : [t("scanner.hours.range", { opens, closes: closes ?? "" })]));
  return open.length > 0 ? t("scanner.hours.today", { hours: open.join(t("list.comma")) }) : t("scanner.hours.closed");
}
