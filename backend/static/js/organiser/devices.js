// Scanning devices of an event: those there are, as they come and go, letting one in, and revoking one.
import { byId, h, tell } from "../shared/dom.js";
import { gateName, readRules, startRules } from "./gates.js";
import { isOthers, linesIn, onSend, press } from "./submit_form.js";
import { watch } from "./poll.js";
import { qrPicture } from "../shared/qr.js";
import { showPage } from "../shared/lazy_section.js";
import { momentOf, plain, t } from "../shared/i18n.js";

const PAGE = 50;
const CLOCK_MS_MIN = 2000;
const OVER = new Set(["closed", "rejected"]);
const TONES = { active: "posted", waiting: "pending", revoked: "rejected" };

export async function readDevices(desk) {
  const isOther = isOthers(byId("panel-devices"), desk);
  byId("device-card").hidden = OVER.has(desk.event.state) || !desk.may("venue");
  if (isOther) begin(desk);
  await Promise.all([readList(desk), readRules(desk, isOther)]);
  watch(desk, listPath(desk), (items) => items.forEach((device) => refresh(desk, device)));
}

function begin(desk) {
  const { gates } = desk.event;
  byId("device-form").reset();
  byId("device-code").hidden = true;
  for (const line of byId("device-form").querySelectorAll(".said, .field-error")) tell(line, "");
  byId("device-gates").replaceChildren(...gates.map(({ gate }) => h("label", { class: "choice" }, h("input", { type: "checkbox", name: "gates", value: gate, checked: gates.length === 1 }), h("span", {}, gateName(desk.event, gate)))));
}

const listPath = (desk, cursor) => desk.path(`/devices?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

async function readList(desk, cursor = null) {
  const page = await desk.ask(listPath(desk, cursor));
  showPage(byId("devices"), byId("devices-more"), page, (device) => row(desk, device), { isNext: cursor !== null });
  if (byId("devices").children.length === 0) byId("devices").append(h("li", { class: "note" }, t("desk.devices.none")));
}

const rowOf = (device) => byId("devices").querySelector(`[data-device="${device.id}"]`);

/** Devices come and are seen by themselves. A row in which somebody types stays. */
function refresh(desk, device) {
  const shown = rowOf(device);
  if (shown !== null && shown.dataset.seen !== seenOf(device) && !shown.querySelector("details[open]")) shown.replaceWith(row(desk, device));
  const place = byId("device-code");
  if (place.dataset.waiting === device.id && device.state !== "waiting") {
    delete place.dataset.waiting;
    place.replaceChildren(h("p", { class: "notice calm", role: "status" }, device.state === "active" ? t("desk.devices.in", { name: device.name }) : t(`desk.device.${device.state}`)));
  }
}

const seenOf = (device) => `${device.state} ${device.last_seen_at} ${device.clock_offset_ms}`;

function row(desk, device) {
  const facts = [t("desk.devices.at", { gates: device.gates.join(t("list.comma")) }), device.last_seen_at ? t("desk.devices.seen", { at: momentOf(device.last_seen_at) }) : t("desk.devices.unseen")];
  if (Math.abs(device.clock_offset_ms) >= CLOCK_MS_MIN) facts.push(t("desk.devices.clock", { seconds: plain(Math.round(device.clock_offset_ms / 1000)) }));
  const item = h("li", { class: "desk-item", "data-device": device.id, "data-device-state": device.state, "data-seen": seenOf(device), tabindex: "-1" }, h("p", { class: "entry-name" }, device.name, " ", h("span", { class: "chip", "data-state": TONES[device.state] }, t(`desk.device.${device.state}`))), h("small", {}, facts.join(" · ")));
  if (desk.may("venue") && device.state !== "revoked") item.append(revocation(desk, device, item));
  return item;
}

function revocation(desk, device, item) {
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
function showCode(made) {
  const place = byId("device-code");
  place.dataset.waiting = made.device.id;
  place.replaceChildren(qrPicture(made.url, t("desk.devices.qr")), h("div", {}, h("p", {}, h("strong", {}, made.device.name)), h("p", {}, t("desk.devices.once", { at: momentOf(made.expires_at) })), h("p", {}, h("code", { id: "onboarding-code" }, made.onboarding_code))));
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
  place.focus({ preventScroll: true });
}

export function startDevices(desk) {
  const lines = linesIn(byId("devices").parentElement);
  byId("devices-more").addEventListener("click", () => press(desk, byId("devices-more"), lines, () => readList(desk, byId("devices-more").dataset.cursor), { isRepeatable: true }));
  onSend(desk, byId("device-form"), async () => {
    const gates = [...byId("device-gates").querySelectorAll("input:checked")].map((box) => Number(box.value));
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
