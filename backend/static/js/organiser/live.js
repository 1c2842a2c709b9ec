// An event's counts as they come, on the organisers' pages.
import { showGates, showLineState, showNumbers } from "../shared/live_board.js";
import { MinuteChart } from "../shared/chart.js";
import { follow } from "../shared/stream.js";

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
  follow(event.slug, desk.session, { onStats, onState: showLineState, signal: desk.leaving.signal }).catch((error) => {
    if (!desk.isSignedOut(error)) showLineState("reconnecting");
  });
}
