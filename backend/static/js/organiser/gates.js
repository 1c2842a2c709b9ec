// The gates of an event: their names, and what each lets through.
import { all, byId, h } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { clearLines, onSend } from "./submit_form.js";
import { HoursUnclear, hoursFrom, hoursText } from "./gate_hours.js";
import { instantOf, localOf } from "./city_time.js";
import { either, momentOf, t } from "../shared/i18n.js";

/** @type {Map<number, ItemOf<"/v1/events/{slug}/gate-settings">>} */
let rules = new Map();
/** @type {import("./gate_hours.js").Opening[]} Of gates without any of their own. */
let eventHours = [];

export const gateName = (/** @type {EventView} */ event, /** @type {number} */ number) => t("desk.gate.named", { n: number, name: either(event.gates.find((gate) => gate.gate === number)?.name) });
export const gateOptions = (/** @type {EventView} */ event) => event.gates.map(({ gate }) => h("option", { value: gate }, gateName(event, gate)));

/** `isOther`: another event than before is in view, so what was typed for that one goes. */
export async function readRules(/** @type {Desk} */ desk, /** @type {boolean} */ isOther) {
  const { items } = await desk.ask(desk.path("/gate-settings"));
  rules = new Map(items.map((each) => [each.gate, each]));
  const entry = await desk.ask(desk.path("/entry-settings"));
  eventHours = entry.hours;
  show(desk);
  if (!isOther) return;
  byId("entry-policy").value = entry.entry_policy;
  byId("entry-hours").value = hoursText(entry.hours);
  byId("entry-reason").value = "";
  clearLines(byId("entry-form"));
  byId("rules-gate").replaceChildren(...gateOptions(desk.event));
  byId("rules-reason").value = "";
  clearLines(byId("rules-form"));
  if (items.length > 0) fill(items[0].gate);
}

function show(/** @type {Desk} */ desk) {
  byId("rules").replaceChildren(...[...rules.values()].map((each) => row(desk, each)));
}

function row(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/gate-settings">} */ each) {
  const name = gateName(desk.event, each.gate);
  const categories = each.categories.map((category) => t(`category.${category}`)).join(t("list.comma")) || t("desk.rules.all");
  const window = [each.opens_at ? t("desk.rules.from", { from: momentOf(each.opens_at) }) : null, each.closes_at ? t("desk.rules.to", { to: momentOf(each.closes_at) }) : null].filter(Boolean).join(" ");
  const daily = hoursText(each.hours.length > 0 ? each.hours : eventHours).replaceAll("\n", t("list.comma"));
  const hours = daily && each.hours.length === 0 ? t("desk.rules.hours.of_event", { hours: daily }) : daily;
  const times = [window, hours].filter(Boolean).join(" · ") || t("desk.rules.always");
  const facts = [t(`desk.rules.${each.direction}`), categories, times, t(each.is_entry_required ? "desk.rules.required" : "desk.rules.free")];
  const button = h("button", { class: "button tiny", type: "button", "data-edit-gate": each.gate, "aria-label": t("desk.rules.edit", { name }) }, t("desk.edit"));
  button.addEventListener("click", () => {
    fill(each.gate);
    byId("rules-direction").focus();
  });
  return h("li", { class: "desk-item", "data-gate": each.gate, "data-direction": each.direction }, h("div", { class: "desk-item-head" }, h("div", {}, h("p", { class: "entry-name" }, name), h("small", {}, facts.join(" · "))), desk.may("venue") ? button : ""));
}

function fill(/** @type {number} */ gate) {
  const each = rules.get(gate);
  if (each === undefined) return;
  byId("rules-gate").value = String(gate);
  byId("rules-direction").value = each.direction;
  byId("rules-opens").value = localOf(each.opens_at);
  byId("rules-closes").value = localOf(each.closes_at);
  byId("rules-required").checked = each.is_entry_required;
  byId("rules-hours").value = hoursText(each.hours);
  for (const box of all("input", byId("rules-categories"))) box.checked = each.categories.some((category) => category === box.value);
}

export function startRules(/** @type {Desk} */ desk) {
  byId("rules-gate").addEventListener("change", () => fill(Number(byId("rules-gate").value)));
  const perform = async () => {
    /** @type {any} */
    const body = {
      gate: Number(byId("rules-gate").value),
      direction: byId("rules-direction").value,
      categories: all("input:checked", byId("rules-categories")).map((box) => box.value),
      opens_at: instantOf(byId("rules-opens").value),
      closes_at: instantOf(byId("rules-closes").value),
      is_entry_required: byId("rules-required").checked,
      hours: hoursFrom(byId("rules-hours").value),
      reason: byId("rules-reason").value.trim(),
    };
    const kept = await desk.post(desk.path("/gate-settings"), body);
    rules.set(kept.gate, kept);
    show(desk);
    byId("rules-reason").value = "";
    return t("desk.saved");
  };
  const explanation = (/** @type {any} */ error) => (error instanceof HoursUnclear ? error.message : explain(error));
  onSend(desk, byId("rules-form"), perform, { isRepeatable: true, explanation });
  const performEntry = async () => {
    /** @type {any} */
    const body = { entry_policy: byId("entry-policy").value, hours: hoursFrom(byId("entry-hours").value), reason: byId("entry-reason").value.trim() };
    const kept = await desk.post(desk.path("/entry-settings"), body);
    byId("entry-hours").value = hoursText(kept.hours);
    eventHours = kept.hours;
    show(desk);
    byId("entry-reason").value = "";
    return t("desk.saved");
  };
  onSend(desk, byId("entry-form"), performEntry, { isRepeatable: true, explanation });
}
