// A code from a gate's screen says itself when it ends: kind, event, gate and step stand in it in base 36.
import { clockAheadMs } from "../shared/api.js";
import { byId, tell } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

const STEP_S = 30;
const TICKET_STEPS = 20;

/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/** Count down to the end of a code, or of the ticket that a phone got for it. @param {string} code */
export function watchVenueCode(code) {
  clearInterval(ticking);
  const found = /^([VT])\w{6}\.\w+\.(\w+)\./.exec(code);
  if (!found) return;
  const stepsAfter = found[1] === "T" ? TICKET_STEPS : 1;
  const endsAt = (parseInt(found[2], 36) + stepsAfter + 1) * STEP_S * 1000;
  const tick = () => {
    const left = Math.ceil((endsAt - Date.now() - clockAheadMs) / 1000);
    const isJoined = !byId("result").hidden;
    byId("venue-left").classList.toggle("calm", left > 0);
    tell(byId("venue-left"), isJoined ? "" : left > 0 ? t("phone.venue.left", { seconds: left }) : t("phone.venue.over"));
    if (left <= 0) clearInterval(ticking);
  };
  ticking = setInterval(tick, 1000);
  tick();
}
