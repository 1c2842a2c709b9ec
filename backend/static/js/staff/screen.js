// A gate's screen: one big rotating code, the event, how many have joined. It goes on for ten minutes without its
// connection, and shows no code at all rather than an old one.
import { ask } from "../shared/api.js";
import { byId, h } from "../shared/dom.js";
import { qrPicture } from "../shared/qr.js";
import { forget, keep, recall } from "../shared/web_storage.js";
import { CodeBuffer } from "../shared/code_buffer.js";
import { within } from "../shared/retry.js";
import { Session, SignedOut } from "../shared/session.js";
import { decoded } from "../shared/typed_text.js";
import { both, count, either, t } from "../shared/i18n.js";

const STEPS = 20;
const REFILL_MS = 45_000;
const COUNT_MS = 2500;
const COUNT_MS_MAX = 2000;
const TICK_MS = 200;
const IDLE_MS = 4000;

const slug = decoded(location.pathname.split("/")[2]);
const gate = new URLSearchParams(location.search).get("gate") ?? "1";
const KEPT = `screen.${slug}`;
const session = new Session("staff");
/** @type {string | null} */
let shown = null;
let isRunning = true;
/** @type {CodeBuffer<any> | null} */
let buffer = null;
let gateName = "";

async function open() {
  say("opening");
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  // The key is good once: it must not stay in the address, nor in the browser's history.
  if (key) history.replaceState(null, "", location.pathname + location.search);
  try {
    if (key) keep(KEPT, await patientlyOpen(key));
  } catch {
    // A link that was used: perhaps here, before the page was loaded again.
  }
  const kept = recall(KEPT);
  if (kept) start(() => ask(`/v1/screens/current?steps=${STEPS}`, { token: kept.token }));
  else if (session.isOpen) start(() => session.ask(`/v1/events/${encodeURIComponent(slug)}/venue-codes?gate=${encodeURIComponent(gate)}&steps=${STEPS}`));
  else say("link");
}

/** Open a screen session; repeated only while no answer comes, since a link works once. */
async function patientlyOpen(/** @type {string} */ key) {
  for (;;) {
    try {
      return await ask("/v1/screen-sessions", { method: "POST", body: { key } });
    } catch (error) {
      if (error.status !== undefined && error.status < 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

function start(/** @type {() => Promise<any>} */ fetchAhead) {
  buffer = new CodeBuffer(fetchAhead, { everyMs: REFILL_MS, onFetched, onRefused });
  buffer.start();
  setInterval(tick, TICK_MS);
  followCount();
  stayAwake();
}

function onFetched(/** @type {AnswerOf<"/v1/screens/current">} */ answer) {
  isRunning = answer.is_running;
  gateName = either(answer.gate.name);
  byId("screen-event").textContent = answer.event.name["zh-CN"];
  byId("screen-event-en").textContent = answer.event.name.en;
  byId("screen-gate").textContent = `${answer.gate.name["zh-CN"]} · ${answer.gate.name.en}`;
  document.title = `${either(answer.event.name)} · ${gateName}`;
  tick();
}

function onRefused(/** @type {any} */ error) {
  buffer?.stop();
  // A token that has ended is forgotten, or the next link would be opened in vain.
  if (!(error instanceof SignedOut)) forget(KEPT);
  clearCode();
  say("link");
  buffer = null;
}

function tick() {
  if (buffer === null) return;
  const current = isRunning ? buffer.current : null;
  if (current === null) {
    clearCode();
    if (!isRunning && !buffer.isLost) say("closed");
    else if (buffer.items.length > 0 || buffer.isLost) say("reconnecting");
    return;
  }
  if (shown !== current.code) {
    shown = current.code;
    const picture = qrPicture(current.url ?? current.code, t("screen.qr", { gate: gateName }));
    picture.dataset.url = current.url;
    byId("screen-qr").replaceChildren(picture);
  }
  byId("screen-ring").style.setProperty("--left", String(current.left));
  byId("screen-left").textContent = String(Math.ceil(current.leftMs / 1000));
  if (buffer.isLost) say("offline", { minutes: Math.max(1, Math.floor(buffer.lastsMs / 60_000)) });
  else say("live");
}

function clearCode() {
  shown = null;
  byId("screen-qr").replaceChildren();
  byId("screen-left").textContent = "";
}

function say(/** @type {string} */ state, facts = {}) {
  document.body.dataset.state = state;
  const [zh, en] = both(`screen.${state}`, facts);
  if (byId("screen-says").textContent !== zh) {
    byId("screen-says").textContent = zh;
    byId("screen-says-en").textContent = en;
  }
  const hasMore = ["reconnecting", "closed", "link"].includes(state);
  const [more, moreEn] = hasMore ? both(`screen.${state}.text`) : ["", ""];
  byId("screen-more").textContent = more;
  byId("screen-more-en").textContent = moreEn;
  byId("screen-staff").hidden = state !== "link";
}

async function followCount() {
  const unending = new AbortController().signal;
  for (;;) {
    try {
      const stats = await within(COUNT_MS_MAX, unending, (signal) => ask(`/v1/events/${encodeURIComponent(slug)}/stats`, { signal }));
      byId("screen-joined").textContent = count(stats.joined);
      byId("screen-count").dataset.isOld = "false";
    } catch {
      byId("screen-count").dataset.isOld = "true";
    }
    await new Promise((resolve) => setTimeout(resolve, COUNT_MS));
  }
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Refused by the browser: the machine's own settings decide.
  }
}

let idle = 0;
function wake() {
  document.body.classList.remove("is-idle");
  clearTimeout(idle);
  idle = setTimeout(() => document.body.classList.add("is-idle"), IDLE_MS);
}

byId("screen-full").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
});
for (const name of ["mousemove", "keydown", "touchstart"]) document.addEventListener(name, wake);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
byId("screen-staff").replaceChildren(h("a", { class: "button", href: "/staff" }, t("screen.link.staff")));
wake();
open();
