// An event's counts as they come, on the organisers' pages.
import { showGates, showNumbers } from "../shared/live_board.js";
import { MinuteChart } from "../shared/chart.js";
import { byId, tell } from "../shared/dom.js";
import { follow } from "../shared/stream.js";
import { t } from "../shared/i18n.js";

/** @type {MinuteChart | null} */
let chart = null;

/** Returns at once; the event is followed until another section is opened. */
export async function showLive(/** @type {Desk} */ desk) {
  chart ??= new MinuteChart();
  const { event } = desk;
  const onStats = (/** @type {Stats} */ stats) => {
    showNumbers(stats);
    showGates(stats, event);
    chart?.show(stats);
  };
  const onState = (/** @type {string} */ state) => {
    byId("state").dataset.state = state;
    tell(byId("state"), t(`staff.state.${state}`));
  };
  follow(event.slug, desk.session, { onStats, onState, signal: desk.leaving.signal }).catch((error) => {
    if (!desk.isSignedOut(error)) onState("reconnecting");
  });
}
