// A scanning device: camera, hand scanner or lookup; a big answer with a sound; goes on offline and sends its queue later.
import "./scanner_words.js";
import { Refused, ask } from "./api.js";
import { byId, h, tell } from "./dom.js";
import { forget, keep, recall } from "./remember.js";
import { Bundle } from "./scan_bundle.js";
import { sound, watchCamera } from "./scan_senses.js";
import * as queue from "./scan_queue.js";
import { count, either, t } from "./words.js";

const KEPT = "scanner";
const SYNC_SCANS_MAX = 5000;
const BUNDLE_MS = 30_000;
const SYNC_MS = 5000;
const ANSWER_MS_MAX = 4000;
const SAME_CODE_MS = 2500;

const bundle = new Bundle();
let device = recall(KEPT);
let last = { text: "", at: 0 };
let shown = null;
let isSyncing = false;
let isOnline = true;
let stopCamera = null;

byId("enter-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  enter(byId("onboarding-code").value);
});
byId("wedge-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const text = byId("wedge").value;
  byId("wedge").value = "";
  if (text.trim()) scan({ code: text.trim() });
});
byId("manual-form").addEventListener("submit", lookUp);
byId("annul").addEventListener("click", annul);
byId("camera").addEventListener("click", toggleCamera);
// A hand scanner types: whatever was touched last, its letters must arrive in the field that waits for them.
document.addEventListener("keydown", (pressed) => {
  if (device && !pressed.target.closest("input, select, button, a, textarea") && pressed.key.length === 1) byId("wedge").focus();
});
start();

async function start() {
  const code = decodeURIComponent(location.hash.slice(1));
  // The code is good once: it must not stay in the address, nor in the browser's history.
  if (code) history.replaceState(null, "", location.pathname + location.search);
  if (code) await enter(code);
  else if (device) open();
  else showEntering("");
}

function showEntering(text) {
  byId("working").hidden = true;
  byId("entering").hidden = false;
  tell(byId("enter-refused"), text);
}

async function enter(code) {
  const onboarding_code = code.trim().split("#").pop();
  byId("enter").disabled = true;
  tell(byId("enter-refused"), t("scanner.enter.busy"));
  try {
    device = await ask("/v1/device-sessions", { method: "POST", body: { onboarding_code } });
    keep(KEPT, device);
    open();
  } catch (error) {
    showEntering(error instanceof Refused ? `${error.title}${t("stop")}${error.detail}` : t("unreachable.title"));
  } finally {
    byId("enter").disabled = false;
  }
}

function open() {
  byId("entering").hidden = true;
  byId("working").hidden = false;
  byId("event-name").textContent = either(device.event.name);
  byId("gate").replaceChildren(...device.gates.map((gate) => h("option", { value: gate.gate }, `${gate.gate} · ${either(gate.name)}`)));
  byId("wedge").focus();
  repeat(refreshBundle, BUNDLE_MS);
  repeat(sync, SYNC_MS);
}

async function repeat(work, everyMs) {
  while (device) {
    await work().catch(failed);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function failed(error) {
  if (error instanceof Refused && error.status === 401) {
    // A device that was revoked may still hand in what it queued.
    if (error.code === "device_revoked") await sync().catch(() => {});
    device = null;
    forget(KEPT);
    showEntering(t("scanner.revoked"));
  } else setOnline(error instanceof Refused && error.status < 500);
}

function setOnline(now) {
  isOnline = now;
  byId("connection").textContent = now ? t("scanner.online") : t("scanner.offline");
  byId("connection").dataset.online = String(now);
}

const call = (path, options = {}) => ask(path, { ...options, token: device.token });

async function refreshBundle() {
  const query = bundle.isThere ? `?since=${bundle.version}` : "";
  bundle.take(await call(`/v1/device-bundle${query}`));
  // What waits here is not in the server's picture yet.
  for (const each of await queue.first(SYNC_SCANS_MAX)) if (each.told === "ok" && each.known) bundle.note(each.known, each.direction);
  setOnline(true);
}

// -- a scan ------------------------------------------------------------------------------------------

/** crypto.randomUUID is missing on plain-http addresses. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

async function scan(held) {
  const text = held.code ?? `#${held.serial}`;
  // A camera sees the same badge many times a second.
  if (text === last.text && Date.now() - last.at < SAME_CODE_MS) return;
  last = { text, at: Date.now() };
  const asked = {
    ...held,
    id: newId(),
    gate: Number(byId("gate").value),
    direction: document.querySelector('[name="direction"]:checked').value,
    at_device: new Date().toISOString(),
  };
  const simulate = byId("simulate").checked;
  tell(byId("sentence"), t("scanner.wait"));
  try {
    // A door does not wait: who has no answer in time is decided here, and the scan is sent under its id later.
    const answer = await call("/v1/device-scans", { method: "POST", body: { ...asked, simulate }, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    setOnline(true);
    if (answer.result === "ok" && answer.badge && !simulate) bundle.note(answer.badge.serial, answer.direction);
    show(answer);
  } catch (error) {
    if (error instanceof Refused && error.status < 500 && error.status !== 429) {
      await failed(error);
      if (device) tell(byId("sentence"), error.title);
    } else await scanOffline(asked, simulate);
  }
}

async function scanOffline(asked, isSimulated) {
  setOnline(false);
  if (!bundle.isThere) {
    tell(byId("sentence"), t("scanner.no.bundle"));
    return;
  }
  const { code, badge } = await bundle.decide(asked);
  if (!isSimulated) {
    await queue.put({ ...asked, told: code, known: badge?.serial ?? null });
    if (code === "ok") bundle.note(badge.serial, asked.direction);
  }
  show({
    id: null,
    result: code === "ok" ? "ok" : "refused",
    code,
    sentence: bundle.sentences.get(code),
    badge: badge && { serial: badge.serial, category: badge.category, label: null },
    inside_count: null,
    is_simulated: isSimulated,
  });
  await countQueue();
}

function show(answer) {
  shown = answer;
  const panel = byId("answer");
  panel.dataset.result = answer.result;
  panel.dataset.code = answer.code;
  byId("sentence").hidden = false;
  byId("sentence").textContent = either(answer.sentence);
  const { badge } = answer;
  const told = badge ? [t("scanner.badge", { serial: badge.serial }), badge.label].filter(Boolean).join(" · ") : "";
  byId("badge").textContent = answer.is_simulated ? `${told} ${t("scanner.simulated")}` : told;
  if (answer.inside_count !== null) byId("inside").textContent = count(answer.inside_count);
  byId("annul").hidden = answer.result !== "ok" || answer.id === null || answer.is_simulated;
  sound(answer.result === "ok");
}

async function annul() {
  try {
    const answer = await call(`/v1/device-scans/${shown.id}/annulment`, { method: "POST" });
    byId("answer").dataset.result = "none";
    byId("sentence").textContent = t("scanner.annulled");
    byId("inside").textContent = count(answer.inside_count);
    byId("annul").hidden = true;
    if (answer.badge) bundle.note(answer.badge.serial, answer.badge.is_inside ? "entry" : "exit");
    last = { text: "", at: 0 };
  } catch (error) {
    byId("badge").textContent = error instanceof Refused ? error.title : t("unreachable.title");
  }
}

// -- the queue ---------------------------------------------------------------------------------------

async function countQueue() {
  byId("queued").textContent = count(await queue.length());
}

async function sync() {
  const scans = isSyncing ? [] : await queue.first(SYNC_SCANS_MAX);
  await countQueue();
  if (scans.length === 0) return;
  isSyncing = true;
  try {
    const body = { device_now: new Date().toISOString(), scans: scans.map(({ known, ...each }) => each) };
    const answer = await call("/v1/device-syncs", { method: "POST", body });
    // Every item has its answer, so none of them needs to be sent again.
    await queue.remove(scans.map((each) => each.id));
    byId("inside").textContent = count(answer.inside_count);
    tell(byId("conflicts"), answer.conflicts ? t("scanner.conflicts", { count: answer.conflicts }) : "");
    setOnline(true);
  } finally {
    isSyncing = false;
    await countQueue();
  }
}

// -- by hand, by camera ------------------------------------------------------------------------------

async function lookUp(submitted) {
  submitted.preventDefault();
  const list = byId("found");
  try {
    const { items } = await call(`/v1/device-badges?${new URLSearchParams({ query: byId("query").value })}`);
    const found = items.map((badge) => {
      const told = [t("scanner.badge", { serial: badge.serial }), badge.label, badge.holder_ref].filter(Boolean).join(" · ");
      return h("li", {}, h("span", {}, told), h("button", { class: "button tiny", type: "button", onclick: () => scan({ serial: badge.serial }) }, t("scanner.pass")));
    });
    list.replaceChildren(...(found.length ? found : [h("li", {}, t("scanner.manual.none"))]));
  } catch (error) {
    await failed(error);
    // Offline a serial is enough.
    const serial = Number(byId("query").value);
    if (device && !isOnline && bundle.badges.has(serial)) await scan({ serial });
  }
}

async function toggleCamera() {
  if (stopCamera) {
    stopCamera();
    stopCamera = null;
  } else {
    stopCamera = await watchCamera(byId("video"), (text) => scan({ code: text }));
    tell(byId("camera-note"), stopCamera ? "" : t("scanner.camera.none"));
  }
  byId("video").hidden = !stopCamera;
  byId("camera").textContent = stopCamera ? t("scanner.camera.stop") : t("scanner.camera");
}
