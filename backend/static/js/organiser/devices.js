// Scanning devices of an event: the list, kept current; onboarding a device, and revoking one.
import { all, byId, h } from "../shared/dom.js";
import { gateName, readRules, startRules } from "./gates.js";
import { clearLines, isOthers, linesIn, onSend, press } from "./submit_form.js";
import { poll } from "./poll.js";
import { qrPicture } from "../shared/qr.js";
import { cursorQuery, showPage } from "../shared/lazy_section.js";
import { momentOf, plain, t } from "../shared/i18n.js";

const PAGE = 50;
const CLOCK_MS_MIN = 2000;
/** @type {Record<string, string>} */
const TONES = { active: "posted", waiting: "pending", revoked: "rejected" };

export async function readDevices(/** @type {Desk} */ desk) {
  const isOther = isOthers(byId("panel-devices"), desk);
  byId("device-card").hidden = desk.isOver || !desk.may("venue");
  if (isOther) begin(desk);
  await Promise.all([readList(desk), readRules(desk, isOther)]);
  poll(desk, listPath(desk), (items) => items.forEach((device) => refresh(desk, device)));
}

function begin(/** @type {Desk} */ desk) {
  const { gates } = desk.event;
  byId("device-form").reset();
  byId("device-code").hidden = true;
  clearLines(byId("device-form"));
  byId("device-gates").replaceChildren(...gates.map(({ gate }) => h("label", { class: "choice" }, h("input", { type: "checkbox", name: "gates", value: gate, checked: gates.length === 1 }), h("span", {}, gateName(desk.event, gate)))));
}

const listPath = (/** @type {Desk} */ desk, cursor = "") => desk.path(`/devices?limit=${PAGE}${cursorQuery(cursor)}`);

async function readList(/** @type {Desk} */ desk, cursor = "") {
  const page = await desk.ask(listPath(desk, cursor));
  showPage(byId("devices"), byId("devices-more"), page, (device) => row(desk, device), { isNext: cursor !== "" });
  if (byId("devices").children.length === 0) byId("devices").append(h("li", { class: "note" }, t("desk.devices.none")));
}

/** @returns {HTMLElement | null} */
const rowOf = (/** @type {ItemOf<"/v1/events/{slug}/devices">} */ device) => byId("devices").querySelector(`[data-device="${device.id}"]`);

/** Devices appear, and their rows change, by themselves. A row in which somebody is typing stays. */
function refresh(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/devices">} */ device) {
  const shown = rowOf(device);
  if (shown !== null && shown.dataset.seen !== seenOf(device) && !shown.querySelector("details[open]")) shown.replaceWith(row(desk, device));
  const panel = byId("device-code");
  if (panel.dataset.waiting === device.id && device.state !== "waiting") {
    delete panel.dataset.waiting;
    panel.replaceChildren(h("p", { class: "notice calm", role: "status" }, device.state === "active" ? t("desk.devices.in", { name: device.name }) : t(`desk.device.${device.state}`)));
  }
}

const seenOf = (/** @type {ItemOf<"/v1/events/{slug}/devices">} */ device) => `${device.state} ${device.last_seen_at} ${device.clock_offset_ms}`;

function row(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/devices">} */ device) {
  const facts = [t("desk.devices.at", { gates: device.gates.join(t("list.comma")) }), device.last_seen_at ? t("desk.devices.seen", { at: momentOf(device.last_seen_at) }) : t("desk.devices.unseen")];
  if (Math.abs(device.clock_offset_ms) >= CLOCK_MS_MIN) facts.push(t("desk.devices.clock", { seconds: plain(Math.round(device.clock_offset_ms / 1000)) }));
  const item = h("li", { class: "desk-item", "data-device": device.id, "data-device-state": device.state, "data-seen": seenOf(device), tabindex: "-1" }, h("p", { class: "entry-name" }, device.name, " ", h("span", { class: "chip", "data-state": TONES[device.state] }, t(`desk.device.${device.state}`))), h("small", {}, facts.join(" · ")));
  if (desk.may("venue") && device.state !== "revoked") item.append(revocation(desk, device, item));
  return item;
}

function revocation(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/devices">} */ device, /** @type {HTMLElement} */ item) {
  const id = `revoke-${device.id}`;
  const reason = h("input", { class: "input", id, name: "reason", maxlength: 400, required: true });
  const form = h("form", { class: "inline-form" }, h("label", { for: id }, t("desk.reason")), reason, h("button", { class: "button", type: "submit" }, t("desk.devices.revoke.name", { name: device.name })));
  const perform = async () => {
    const next = row(desk, await desk.post(desk.path(`/devices/${device.id}/revocation`), { reason: reason.value.trim() }));
    item.replaceWith(next);
    next.focus();
  };
  onSend(desk, form, perform, { isRepeatable: true });
  return h("details", { class: "more" }, h("summary", {}, t("desk.devices.revoke")), form);
}

/** The code is shown this once: the server keeps only its hash. */
function showCode(/** @type {AnswerOf<"/v1/events/{slug}/devices", "POST">} */ made) {
  const panel = byId("device-code");
  panel.dataset.waiting = made.device.id;
  panel.replaceChildren(qrPicture(made.url, t("desk.devices.qr")), h("div", {}, h("p", {}, h("strong", {}, made.device.name)), h("p", {}, t("desk.devices.once", { at: momentOf(made.expires_at) })), h("p", {}, h("code", { id: "onboarding-code" }, made.onboarding_code))));
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  panel.focus({ preventScroll: true });
}

export function startDevices(/** @type {Desk} */ desk) {
  const lines = linesIn(/** @type {HTMLElement} */ (byId("devices").parentElement));
  byId("devices-more").addEventListener("click", () => press(desk, byId("devices-more"), lines, () => readList(desk, byId("devices-more").dataset.cursor), { isRepeatable: true }));
  onSend(desk, byId("device-form"), async () => {
    const gates = all("input:checked", byId("device-gates")).map((box) => Number(box.value));
    if (gates.length === 0) return t("desk.devices.gates.missing");
    const made = await desk.post(desk.path("/devices"), { name: byId("device-name").value.trim(), gates });
    byId("device-name").value = "";
    if (byId("devices").querySelector("[data-device]") === null) byId("devices").replaceChildren();
    byId("devices").prepend(row(desk, made.device));
    showCode(made);
    return "";
  });
  startRules(desk);
}
