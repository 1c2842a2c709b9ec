// The staff page: signing in, choosing an event, and the board that follows it.
import { Refused, ask, clockAheadMs } from "../shared/api.js";
import { showGates, showNumbers, showPool } from "../shared/live_board.js";
import { MinuteChart } from "../shared/chart.js";
import { Door } from "./gate_code.js";
import { byId, h, tell } from "../shared/dom.js";
import { keep, recall } from "../shared/web_storage.js";
import { offerScreenLink } from "./screen_link.js";
import { Session, SignedOut } from "../shared/session.js";
import { follow } from "../shared/stream.js";
import { eventsToWatch } from "../shared/event_picker.js";
import { advice, either, t, timeWithSeconds, word } from "../shared/i18n.js";

const POOL_MS = 5000;
const TAB = { isLasting: false };

const session = new Session("staff");
const door = new Door(session);
const chart = new MinuteChart();
let events = [];
let watching = null;
let newest = null;
let lineState = "connecting";

byId("sign-in-form").addEventListener("submit", signIn);
byId("sign-out").addEventListener("click", signOut);
byId("event").addEventListener("change", () => watch(byId("event").value));
setInterval(showAge, 1000);
offerScreenLink(session);

if (session.isOpen) openBoard();
else showSignIn("");

function showSignIn(text) {
  watching?.abort();
  door.hide();
  byId("board").hidden = true;
  byId("sign-in-panel").hidden = false;
  tell(byId("sign-in-refused"), text);
  byId("username").focus();
}

async function signIn(submitted) {
  submitted.preventDefault();
  const form = byId("sign-in-form");
  const button = byId("sign-in");
  const { username, password } = Object.fromEntries(new FormData(form));
  button.disabled = true;
  button.textContent = t("staff.signing");
  tell(byId("sign-in-refused"), "");
  try {
    session.open(await ask("/v1/staff/sessions", { method: "POST", body: { username: username.trim(), password } }));
    form.reset();
    await openBoard();
  } catch (error) {
    const isRefused = error instanceof Refused;
    tell(byId("sign-in-refused"), isRefused ? `${error.title}${t("stop")}${advice(error.code, error.status)}` : `${t("unreachable.title")}${t("stop")}${t("unreachable.detail")}`);
  } finally {
    button.disabled = false;
    button.textContent = t("staff.sign.in");
  }
}

async function signOut() {
  const ended = session.isOpen ? session.ask("/v1/sessions/current", { method: "DELETE" }).catch(() => {}) : null;
  await ended;
  session.close();
  showSignIn("");
}

async function openBoard() {
  byId("sign-in-panel").hidden = true;
  byId("board").hidden = false;
  const onWait = (wait) => tell(byId("board-notice"), wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : "");
  try {
    events = await eventsToWatch(session, onWait);
  } catch (error) {
    if (!(error instanceof SignedOut)) throw error;
    showSignIn(t("staff.again"));
    return;
  }
  if (events.length === 0) {
    tell(byId("board-notice"), t("staff.none"));
    return;
  }
  byId("event").replaceChildren(...events.map((event) => h("option", { value: event.slug }, event.state === "running" ? either(event.name) : `${either(event.name)} · ${word("state", event.state)}`)));
  const before = recall("staff.event", TAB);
  const first = events.find((event) => event.slug === before) ?? events.find((event) => event.state === "running") ?? events[0];
  byId("event").value = first.slug;
  watch(first.slug);
}

async function watch(slug) {
  watching?.abort();
  const mine = (watching = new AbortController());
  const event = events.find((each) => each.slug === slug);
  keep("staff.event", slug, TAB);
  tell(byId("board-notice"), "");
  newest = null;
  door.show(event);
  followPool(event, mine.signal);
  const onStats = (stats) => {
    newest = stats;
    showNumbers(stats);
    showGates(stats, event);
    chart.show(stats);
    showState();
  };
  const onState = (state) => {
    lineState = state;
    showState();
  };
  try {
    await follow(slug, session, { onStats, onState, signal: mine.signal });
  } catch (error) {
    if (mine.signal.aborted) return;
    if (error instanceof SignedOut) {
      showSignIn(t("staff.again"));
      return;
    }
    onState("reconnecting");
    tell(byId("board-notice"), error instanceof Refused ? `${error.title}${t("stop")}${advice(error.code, error.status)}` : t("unreachable.title"));
  }
}

async function followPool(event, signal) {
  const path = `/v1/events/${encodeURIComponent(event.slug)}/pools`;
  while (!signal.aborted) {
    try {
      const { items } = await session.ask(path, { signal });
      if (!signal.aborted) showPool(items);
    } catch {
      // The last known pool stays; the board's own state says that the line is bad.
    }
    await new Promise((resolve) => setTimeout(resolve, POOL_MS));
  }
}

function showState() {
  const isStored = lineState === "live" && newest?.source === "database";
  const state = isStored ? "database" : lineState;
  byId("state").dataset.state = state;
  tell(byId("state"), t(`staff.state.${state}`));
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
