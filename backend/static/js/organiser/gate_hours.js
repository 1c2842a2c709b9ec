// Daily hours as organisers write them, a line for each opening: 09:00-18:00, or 2026-12-02 10:00-02:00, or a day that stays closed.
import { t } from "../shared/i18n.js";

const LINE = /^(?:(\d{4}-\d\d-\d\d)\s+)?(?:(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)|(closed|关闭|休息))$/;
const whole = (/** @type {string} */ time) => time.padStart(5, "0");

/** The openings of a text. @throws {Error} naming the line that cannot be read. */
export function hoursFrom(/** @type {string} */ text) {
  const lines = text.normalize("NFKC").replace(/[\u2010-\u2015\u2212~至]/g, "-").split("\n").map((line) => line.trim().toLowerCase());
  return lines.flatMap((line, index) => {
    if (!line) return [];
    const found = LINE.exec(line);
    if (!found) throw new HoursUnclear(t("desk.rules.hours.unclear", { row: index + 1, text: line }));
    const [, day = null, opens, closes] = found;
    return [{ day, opens: opens ? whole(opens) : null, closes: closes ? whole(closes) : null }];
  });
}

export class HoursUnclear extends Error {}

/** @typedef {{day: string | null, opens: string | null, closes: string | null}} Opening */

/** The same openings, written again. */
export const hoursText = (/** @type {Opening[]} */ hours) => hours.map(({ day, opens, closes }) => (opens === null ? `${day ?? ""} ${t("desk.rules.hours.closed")}` : `${day ?? ""} ${opens}-${closes}`).trim()).join("\n");
