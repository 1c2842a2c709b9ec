// A scanning device: staff scan with a camera, a hand scanner or by hand; works offline and uploads its queue later.
import { Refused, Unreachable, ask } from "../shared/api.js";
import { byId, first, tell } from "../shared/dom.js";
import { forget, keep, recall } from "../shared/web_storage.js";
import { end, handIn } from "./queue_upload.js";
import { KeptBundle, forgetBundle } from "./bundle_store.js";
import { beginScan, clearAnswer, endScan, isNewest, showAnswer, showDevice, showDirections, showInside, showBundle, showRefused, showTrouble } from "./panel.js";
import * as queue from "./queue.js";
import { keepPage } from "./reload.js";
import { beginAnew, countQueue, handInRest, offerLate } from "./leftover_queue.js";
import { startCamera, startSearch, stopCamera } from "./badge_search.js";
import { inTurn, oneByOne } from "./scan_lane.js";
import { startAnnul } from "./annul.js";
import { startOverride } from "./override.js";
import { startWedge } from "./wedge.js";
import { bare, halfIn } from "../shared/scanned_text.js";
import { decoded, typedCode } from "../shared/typed_text.js";
import { t } from "../shared/i18n.js";

const KEPT = "scanner";
const BUNDLE_MS = 30_000;
const SYNC_MS = 5000;
const ANSWER_MS_MAX = 4000;
const SAME_CODE_MS = 2500;
const CODE_CHARS_MAX = 256;

/** The bundle of the device that scans here. @type {KeptBundle} */
let bundle;
/** @type {Schema<"DeviceSession"> | null} */
let device = recall(KEPT);
let last = { text: "", at: 0 };
let shown = /** @type {any} */ (null);
/** @type {{code?: string, serial?: number} | null} */
let badgeToCheck = null;
let isOnline = true;

byId("enter-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  enter(byId("onboarding-code").value);
});
// A hand scanner that reads the onboarding QR may end with Tab as well; a person types no address.
byId("onboarding-code").addEventListener("keydown", (pressed) => {
  if (pressed.key !== "Tab" || !typedCode(byId("onboarding-code").value).includes("#")) return;
  pressed.preventDefault();
  byId("enter-form").requestSubmit();
});
startAnnul({ current: () => ({ device, bundle, shown }), call, sync, failed, done: () => (last = { text: "", at: 0 }) });
byId("gate").addEventListener("change", () => device && showDirections(device, bundle));
startOverride({ current: () => ({ device, bundle }), call, sync, keepScan, setOnline, countQueue, show, failed });
offerLate();
startCamera(scan);
startSearch({ ask: search, failed: knownOffline, scan });
byId("check-holder").addEventListener("change", () => {
  badgeToCheck = null;
  clearAnswer(t("scanner.ready"));
});
startWedge({ isOpen: () => device !== null, scan: (code) => scan({ code }), refuse: (why) => showTrouble(t(why === "half" ? "scanner.half" : "gate_help.keyboard")) });

async function start() {
  const code = decoded(location.hash.slice(1));
  // The code is good once: it must not stay in the address, nor in the browser's history.
  if (code) history.replaceState(null, "", location.pathname + location.search);
  if (code) await enter(code);
  else if (device) open();
  else {
    forgetBundle();
    showEntering("");
  }
  handInRest();
  keepPage();
}

function showEntering(/** @type {string} */ text) {
  stopCamera();
  byId("working").hidden = true;
  byId("entering").hidden = false;
  tell(byId("enter-refused"), text);
}

async function enter(/** @type {string} */ code) {
  const onboarding_code = typedCode(typedCode(code).split("#").pop() ?? "");
  byId("enter").disabled = true;
  tell(byId("enter-refused"), t("scanner.enter.busy"));
  try {
    const next = await ask("/v1/device-sessions", { method: "POST", body: { onboarding_code } });
    // The device that scanned here until now has ended; its queue goes out with its own token.
    if (device) end(device);
    device = next;
    keep(KEPT, device);
    beginAnew();
    open();
    handInRest();
  } catch (error) {
    showEntering(error instanceof Refused ? `${error.title}${t("stop")}${error.detail}` : t("unreachable.title"));
  } finally {
    byId("enter").disabled = false;
  }
}

async function open() {
  const mine = /** @type {NonNullable<typeof device>} */ (device);
  bundle = new KeptBundle(mine.device_id);
  shown = badgeToCheck = null;
  byId("entering").hidden = true;
  byId("working").hidden = false;
  showDevice(mine);
  clearAnswer(t("scanner.ready"));
  setOnline(navigator.onLine);
  byId("wedge").focus();
  await bundle.ready;
  if (device !== mine) return;
  if (bundle.isThere) showBundle(bundle);
  repeat(refreshBundle, BUNDLE_MS);
  repeat(sync, SYNC_MS);
}

/** For as long as this device is the one that scans here. */
async function repeat(/** @type {(device: Device) => Promise<void>} */ work, /** @type {number} */ everyMs) {
  const mine = device;
  while (device === mine) {
    await work(/** @type {Device} */ (mine)).catch((error) => failed(error, mine));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Show what went wrong with a request of device `of`; by then another device may have been onboarded here. */
async function failed(/** @type {any} */ error, of = device) {
  if (error instanceof Refused && error.status === 401) letGo(of);
  else if (error instanceof Unreachable || error instanceof Refused) setOnline(error instanceof Refused && error.status < 500);
  // A mistake of ours is not a bad line: it must be seen where mistakes are looked for.
  else reportError(error);
}

/** The token is not valid any more: the page asks for a new onboarding code, and uploads what was queued. */
function letGo(/** @type {typeof device} */ of) {
  if (of === null || device !== of) return;
  device = null;
  forget(KEPT);
  bundle.forget();
  end(of);
  showEntering(t("scanner.revoked"));
  handInRest();
}

async function search(/** @type {string} */ query) {
  const found = await call(`/v1/device-badges?${new URLSearchParams({ query })}`);
  setOnline(true);
  return found;
}

/** Offline a serial is enough: the badges that are known here, or null where the server has answered. */
async function knownOffline(/** @type {any} */ error) {
  await failed(error);
  return device === null || isOnline ? null : bundle.badges;
}

function setOnline(/** @type {boolean} */ now) {
  isOnline = now;
  byId("connection").textContent = now ? t("scanner.online") : t("scanner.offline");
  byId("connection").dataset.online = String(now);
}

// A declaration, because the page starts before this line is reached.
/** Ask with the token of a device, that which scans here unless another is named. @type {<P extends string, M extends "GET" | "POST" = "GET">(path: P & Known<P, M>, options?: AskOptions<P, M>, of?: typeof device) => Promise<AnswerOf<P, M>>} */
function call(path, options = {}, of = device) {
  return ask(path, { ...options, token: of?.token });
}

async function refreshBundle(/** @type {Device} */ mine) {
  const { since } = bundle;
  const answer = await call(`/v1/device-bundle${since ? `?since=${since}` : ""}`, {}, mine);
  if (device !== mine) return;
  await bundle.takeIn(answer);
  showBundle(bundle);
  setOnline(true);
}

// -- a scan ------------------------------------------------------------------------------------------

/** Take what was read: it gets its answer in its turn. */
function scan(/** @type {Scanned} */ held) {
  const mine = device;
  if (mine === null) return;
  // No code is as long as this, and a scan that the server cannot read is not kept.
  if (held.code) held = { code: bare(held.code).slice(0, CODE_CHARS_MAX) };
  const text = held.code ?? `#${held.serial}`;
  // A camera sees the same badge many times a second.
  if (text === last.text && Date.now() - last.at < SAME_CODE_MS) return;
  last = { text, at: Date.now() };
  // The badge is still held there: that is not the pass that was asked for.
  if (badgeToCheck && held.code === badgeToCheck.code) return;
  if (byId("check-holder").checked && (badgeToCheck === null || !held.code)) {
    badgeToCheck = held;
    clearAnswer(t("scanner.holder.pass"));
    return;
  }
  const shownToo = badgeToCheck === null ? held : { ...badgeToCheck, holder_pass: held.code };
  badgeToCheck = null;
  /** @type {any} */
  const asked = {
    ...shownToo,
    id: queue.newId(),
    gate: Number(byId("gate").value),
    direction: first('input[name="direction"]:checked').value,
    at_device: new Date().toISOString(),
  };
  beginScan(asked.id);
  const simulate = byId("simulate").checked;
  // A gate does not wait: without an answer in time the scan is decided here and sent under its id later. A pass cannot
  // be decided here, and staff who check passes are in no hurry.
  const signal = asked.holder_pass ? undefined : AbortSignal.timeout(ANSWER_MS_MAX);
  return inTurn(() => decide(mine, asked, simulate, signal)).finally(endScan);
}

async function decide(/** @type {Device} */ mine, /** @type {any} */ asked, /** @type {boolean} */ simulate, /** @type {AbortSignal | undefined} */ signal) {
  const known = bundle;
  try {
    const answer = await call("/v1/device-scans", { method: "POST", body: { ...asked, simulate }, signal }, mine);
    setOnline(true);
    if (answer.result === "ok" && answer.badge && !simulate) known.note(answer.badge.serial, answer.direction);
    show({ ...answer, asked }, asked.code);
  } catch (error) {
    if (error instanceof Refused && error.status < 500 && error.status !== 429) {
      // Turned away before anything was kept: it goes with what was queued, because a failed scan is a fact too.
      if (error.code === "device_revoked" && !simulate) await keepScan(mine, asked, "device_revoked", null);
      await failed(error, mine);
      if (device === mine) showRefused(asked.id, error.title);
    } else if (asked.holder_pass) {
      // Nothing was decided, so nothing is shown: without the check the badge can be scanned.
      setOnline(false);
      if (isNewest(asked.id)) clearAnswer(t("scanner.pass.offline"));
    } else await oneByOne(() => scanOffline(mine, asked, simulate));
  }
}

async function keepScan(/** @type {Device} */ mine, /** @type {any} */ { holder_pass, ...asked }, /** @type {string} */ code, /** @type {number | null} */ known) {
  await queue.put({ ...asked, told: code, known, device_id: mine.device_id });
  if (device === mine) return;
  // The device ended while this scan waited for its answer.
  end(mine);
  handInRest();
}

async function scanOffline(/** @type {Device} */ mine, /** @type {any} */ asked, /** @type {boolean} */ isSimulated) {
  setOnline(false);
  await bundle.ready;
  if (!bundle.isThere) return showRefused(asked.id, t("scanner.no.bundle"));
  const { code, badge, seems, isPass } = await bundle.decide(asked);
  if (!isSimulated) {
    await keepScan(mine, asked, code, badge?.serial ?? null);
    if (code === "ok" && badge) bundle.note(badge.serial, asked.direction);
  }
  const answer = {
    id: asked.id,
    result: code === "ok" ? "ok" : "refused",
    code,
    sentence: bundle.sentenceOf(code, badge, seems, isPass),
    badge: badge && { serial: badge.serial, category: badge.category, label: null },
    inside_count: bundle.inside,
    is_simulated: isSimulated,
    may_override: !isSimulated && badge !== null && bundle.overridable.has(code),
    asked,
  };
  show(answer, asked.code);
  await countQueue();
}

function show(/** @type {any} */ answer, /** @type {string | undefined} */ text) {
  if (!showAnswer(answer)) return;
  shown = answer;
  if (answer.code === "malformed" && text && halfIn(text)) byId("badge").textContent = t("scanner.half");
}

// -- the queue ---------------------------------------------------------------------------------------

async function sync(/** @type {Device} */ mine) {
  await countQueue();
  const sum = await handIn(mine).finally(countQueue);
  if (device !== mine) return;
  // The first answer after a bad line: whether there is one need not wait for the next bundle's time.
  if (!isOnline && sum.kept === 0) await refreshBundle(mine);
  if (sum.kept === 0) return;
  if (sum.isRevoked) return letGo(mine);
  showInside(sum.inside);
  tell(byId("conflicts"), sum.conflicts ? t("scanner.conflicts", { count: sum.conflicts }) : "");
  setOnline(true);
}

start();
