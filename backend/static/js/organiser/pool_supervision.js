// What one person may take from an event's pool, its pause, and the offsets that wait until staff have looked.
import { byId, h } from "../shared/dom.js";
import { mass, t } from "../shared/i18n.js";
import { readPool } from "./pool.js";
import { pauseAsked, showSupervision } from "../shared/pool_supervision.js";
import { clearLines, isOthers, linesIn, onSend, press } from "./submit_form.js";

const KG_G = 1000;
/** @type {import("./submit_form.js").Lines} */
let heldLines;

export async function readSupervision(/** @type {Desk} */ desk) {
  const [seen, held] = await Promise.all([desk.ask(desk.path("/pool-supervision")), desk.ask(desk.path("/held-offsets"))]);
  show(desk, seen);
  showHeld(desk, held.items);
  const form = byId("limits-form");
  form.hidden = desk.isOver || !desk.may("file");
  if (isOthers(form, desk)) {
    clearLines(form);
    clearLines(byId("held-told"));
    byId("limits-kg").value = seen.offset_ceiling_g === null ? "" : String(seen.offset_ceiling_g / KG_G);
    byId("limits-companions").value = String(seen.companions_max);
    byId("limits-reason").value = "";
  }
}

/** @param {Desk} desk @param {AnswerOf<"/v1/events/{slug}/pool-supervision">} seen */
function show(desk, seen) {
  showSupervision(seen, !desk.isOver && desk.may("file"));
  byId("limits-now").textContent =
    seen.offset_ceiling_g === null
      ? t("pool.ceiling.usual", { list: seen.usual_ceilings.map((each) => `${t(`category.${each.category ?? "local"}`)} ${mass(each.grams)}`).join(t("list.comma")) })
      : t("pool.ceiling.set", { mass: mass(seen.offset_ceiling_g) });
}

/** @param {Desk} desk @param {AnswerOf<"/v1/events/{slug}/held-offsets">["items"]} items */
function showHeld(desk, items) {
  byId("held-card").hidden = items.length === 0;
  byId("held").tBodies[0].replaceChildren(...items.map((held) => row(desk, held)));
}

/** @param {Desk} desk @param {ItemOf<"/v1/events/{slug}/held-offsets">} held */
function row(desk, held) {
  /** @type {("approved" | "limited" | "refused")[]} */
  const decisions = ["limited", "approved", "refused"];
  const buttons = desk.isOver || !desk.may("file") ? [] : decisions.map((decision) => h("button", { class: "button tiny", type: "button", "data-decision": decision, onclick: (/** @type {MouseEvent} */ clicked) => decide(desk, held.id, decision, /** @type {HTMLButtonElement} */ (clicked.currentTarget)) }, t(`pool.held.${decision}`)));
  const { journey } = held;
  const told = journey === null ? t("pool.held.untold") : [journey.from_city, journey.distance_km ? `${journey.distance_km} km` : null, journey.mode ? t(`mode.${journey.mode}`) : null, journey.nights ? t("pool.held.nights", { n: journey.nights }) : null].filter(Boolean).join(" · ");
  return h(
    "tr",
    { "data-held": held.id },
    h("th", { scope: "row" }, held.badge_serial === null ? t("pool.held.no.badge") : `#${held.badge_serial}`),
    h("td", {}, told),
    h("td", { class: "num" }, mass(held.asked_g)),
    h("td", { class: "num" }, mass(held.ceiling_g)),
    h("td", {}, h("div", { class: "buttons" }, ...buttons)),
  );
}

/** @param {Desk} desk @param {string} id @param {"approved" | "limited" | "refused"} decision @param {HTMLButtonElement} button */
function decide(desk, id, decision, button) {
  const reason = byId("held-reason");
  if (!reason.reportValidity()) return;
  byId("held").inert = true;
  const perform = async () => {
    const decided = await desk.post(desk.path(`/held-offsets/${encodeURIComponent(id)}/decision`), { decision, reason: reason.value.trim() });
    return t(`pool.held.became.${decided.became}`, { mass: mass(decided.grams) });
  };
  press(desk, button, heldLines, perform).finally(() => {
    byId("held").inert = false;
    desk.guard(() => Promise.all([readPool(desk), readSupervision(desk)]));
  });
}

export function startSupervision(/** @type {Desk} */ desk) {
  heldLines = linesIn(byId("held-told"));
  const limit = async () => {
    const kg = byId("limits-kg").value;
    const body = { offset_ceiling_g: kg === "" ? null : Math.round(Number(kg) * KG_G), companions_max: Number(byId("limits-companions").value), reason: byId("limits-reason").value.trim() };
    show(desk, await desk.post(desk.path("/pool-limits"), body));
    byId("limits-reason").value = "";
    return t("desk.saved");
  };
  onSend(desk, byId("limits-form"), limit, { isRepeatable: true });
  const pause = async () => {
    show(desk, await desk.post(desk.path("/pool-pause"), pauseAsked()));
    byId("pause-reason").value = "";
    return t("desk.saved");
  };
  onSend(desk, byId("pause-form"), pause, { isRepeatable: true });
}
