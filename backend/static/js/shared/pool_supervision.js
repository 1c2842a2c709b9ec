// The pool under supervision: an alarm on its pace, how long it lasts, what is held for staff, and the pause.
import { byId, tell } from "./dom.js";
import { count, mass, t } from "./i18n.js";

/** @typedef {AnswerOf<"/v1/events/{slug}/pool-supervision">} Supervision */

/** @param {Supervision} seen @param {boolean} mayPause */
export function showSupervision(seen, mayPause) {
  const { rate } = seen;
  const alarm = seen.frozen_at ? t("pool.frozen", { why: seen.frozen_why ?? "" }) : seen.paused_at ? t("pool.paused", { why: seen.paused_why ?? "" }) : rate.alarm ? t(`pool.alarm.${rate.alarm}`, { minutes: count(rate.minutes_left ?? 0), now: mass(rate.grams_per_offset ?? 0), usual: mass(rate.usual_grams_per_offset ?? 0) }) : "";
  const panel = byId("pool-alarm");
  panel.dataset.alarm = seen.frozen_at ? "frozen" : seen.paused_at ? "paused" : (rate.alarm ?? "");
  // Said once: a screen reader would repeat an alert whose words are written again.
  if (panel.textContent !== alarm) tell(panel, alarm);
  byId("pool-pace").textContent = rate.grams_per_minute > 0 ? t("pool.pace", { rate: mass(rate.grams_per_minute), minutes: rate.minutes_left === null ? "–" : count(rate.minutes_left) }) : t("pool.pace.none");
  byId("pool-held").hidden = seen.held === 0;
  byId("to-held").textContent = t("pool.held.count", { n: count(seen.held), mass: mass(seen.held_g) });
  byId("pause-form").hidden = !mayPause;
  const send = byId("pause-send");
  send.setAttribute("aria-pressed", String(seen.paused_at !== null));
  send.textContent = t(seen.paused_at ? "pool.resume" : "pool.pause");
}

/** What the pause button asks for now. @returns {{is_paused: boolean, reason: string}} */
export function pauseAsked() {
  return { is_paused: byId("pause-send").getAttribute("aria-pressed") !== "true", reason: byId("pause-reason").value.trim() };
}
