// An event's counts as they come, on the organisers' pages.
import { showGates, showNumbers } from "../shared/live_board.js";
import { MinuteChart } from "../shared/chart.js";
import { byId, tell } from "../shared/dom.js";
import { SignedOut } from "../shared/session.js";
import { follow } from "../shared/stream.js";
import { t } from "../shared/i18n.js";

let chart = null;

/** Returns at once; the line is held until another part is opened. */
export async function showLive(desk) {
  chart ??= new MinuteChart();
  const { event } = desk;
  const onStats = (stats) => {
    showNumbers(stats);
    showGates(stats, event);
    chart.show(stats);
  };
  const onState = (state) => {
    byId("state").dataset.state = state;
    tell(byId("state"), t(`staff.state.${state}`));
  };
  follow(event.slug, desk.session, { onStats, onState, signal: desk.leaving.signal }).catch((error) => {
    if (error instanceof SignedOut) desk.guard(() => Promise.reject(error));
    else onState("reconnecting");
  });
}
