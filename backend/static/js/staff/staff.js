// The staff page: choosing an event, and the board that follows it.
import { clockAheadMs } from "../shared/api.js";
import { showGates, showLineState, showNumbers, showPool } from "../shared/live_board.js";
import { pauseAsked, showSupervision } from "../shared/pool_supervision.js";
import { MinuteChart } from "../shared/chart.js";
import { GateCode } from "./gate_code.js";
import { all, byId, tell } from "../shared/dom.js";
import { showFreeze } from "../shared/freeze.js";
import { offerScreenLink } from "./screen_link.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { follow } from "../shared/stream.js";
import { offerEvents, rememberEvent } from "../shared/event_picker.js";
import { t, timeWithSeconds } from "../shared/i18n.js";

const POOL_MS = 5000;

const session = new Session("staff");
const gateCode = new GateCode(session);
const chart = new MinuteChart();
/** @type {ItemOf<"/v1/staff/events">[]} */
let events = [];
/** @type {AbortController | null} */
let watching = null;
/** @type {Stats | null} */
let newest = null;
let lineState = "connecting";

byId("event").addEventListener("change", () => watch(byId("event").value));
setInterval(showAge, 1000);
offerScreenLink(session);

const signIn = new StaffSignIn(session, byId("board"), { onOpen: openBoard, onClose: leaveBoard });
signIn.start();

function leaveBoard() {
  watching?.abort();
  gateCode.hide();
}

async function openBoard() {
  const role = session.tokens?.staff?.role ?? "";
  for (const link of all("[data-roles]")) link.hidden = !(link.dataset.roles ?? "").split(" ").includes(role);
  try {
    events = await offerEvents(session, byId("board-notice"));
    if (events.length > 0) watch(byId("event").value);
  } catch (error) {
    if (!signIn.isSignedOut(error)) throw error;
  }
}

async function watch(/** @type {string} */ slug) {
  watching?.abort();
  const mine = (watching = new AbortController());
  const event = events.find((each) => each.slug === slug) ?? events[0];
  rememberEvent(slug);
  tell(byId("board-notice"), "");
  newest = null;
  // Who supervises stands at no gate: its code would be refused to them.
  byId("door").hidden = session.tokens?.staff?.role === "regulator";
  if (!byId("door").hidden) gateCode.show(event);
  followPool(event, mine.signal);
  showEventFreeze(slug);
  const onStats = (/** @type {Stats} */ stats) => {
    newest = stats;
    showNumbers(stats);
    showGates(stats, event);
    chart.show(stats);
    showState();
  };
  const onState = (/** @type {string} */ state) => {
    lineState = state;
    showState();
  };
  try {
    await follow(slug, session, { onStats, onState, signal: mine.signal });
  } catch (error) {
    if (mine.signal.aborted || signIn.isSignedOut(error)) return;
    onState("reconnecting");
    tell(byId("board-notice"), explain(error));
  }
}

async function followPool(/** @type {ItemOf<"/v1/staff/events">} */ event, /** @type {AbortSignal} */ signal) {
  /** @type {`/v1/events/${string}`} */
  const path = `/v1/events/${encodeURIComponent(event.slug)}`;
  byId("pause-form").onsubmit = (submitted) => {
    submitted.preventDefault();
    pausePool(path);
  };
  while (!signal.aborted) {
    try {
      const [{ items }, seen] = await Promise.all([session.ask(`${path}/pools`, { signal }), session.ask(`${path}/pool-supervision`, { signal })]);
      if (signal.aborted) return;
      showPool(items);
      showSupervision(seen, mayPause());
      /** @type {HTMLAnchorElement} */ (byId("to-held")).href = `/organiser#event/${encodeURIComponent(event.slug)}/pool`;
    } catch {
      // The last known pool stays; the board's own state says that the line is bad.
    }
    await new Promise((resolve) => setTimeout(resolve, POOL_MS));
  }
}

async function pausePool(/** @type {`/v1/events/${string}`} */ path) {
  const send = byId("pause-send");
  send.disabled = true;
  tell(byId("board-notice"), "");
  try {
    showSupervision(await session.ask(`${path}/pool-pause`, { method: "POST", body: pauseAsked() }), mayPause());
    byId("pause-reason").value = "";
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("board-notice"), explain(error));
  } finally {
    send.disabled = false;
  }
}

/** Whether the supervising authority has stopped the event; a card is shown where there is something to say. */
async function showEventFreeze(/** @type {string} */ slug) {
  try {
    await showFreeze(session, slug, byId("freeze"));
    byId("freeze-card").hidden = byId("freeze").hidden;
  } catch (error) {
    byId("freeze-card").hidden = true;
    if (!signIn.isSignedOut(error)) tell(byId("board-notice"), explain(error));
  }
}

/** A regulator looks on. */
function mayPause() {
  return session.tokens?.staff?.role !== "regulator";
}

function showState() {
  const isStored = lineState === "live" && newest?.source === "database";
  showLineState(isStored ? "database" : lineState);
  showAge();
}

function showAge() {
  if (newest === null) {
    byId("age").textContent = "";
    return;
  }
  const seconds = Math.max(0, Math.round((Date.now() + clockAheadMs - Date.parse(newest.as_of)) / 1000));
  const age = seconds < 120 ? t("staff.age.s", { n: seconds }) : seconds < 7200 ? t("staff.age.min", { n: Math.floor(seconds / 60) }) : t("staff.age.h", { n: Math.floor(seconds / 3600) });
  byId("age").textContent = t("staff.age", { time: timeWithSeconds(newest.as_of), age });
}
