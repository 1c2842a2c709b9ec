// The points budget of an event: the price of offsets that attendees pay for with points, and how much is spent.
import { Refused } from "../shared/api.js";
import { byId, h } from "../shared/dom.js";
import { clearLines, isOthers, onSend } from "./submit_form.js";
import { count, t } from "../shared/i18n.js";


export async function readBudget(/** @type {Desk} */ desk) {
  const budget = await ask(desk);
  const form = byId("budget-form");
  form.hidden = desk.isOver || !desk.may("file");
  show(budget);
  if (isOthers(form, desk)) {
    form.reset();
    clearLines(form);
    fill(budget);
  }
}

async function ask(/** @type {Desk} */ desk) {
  try {
    return await desk.ask(desk.path("/budget"));
  } catch (error) {
    if (error instanceof Refused && error.code === "budget_not_found") return null;
    throw error;
  }
}

function fill(/** @type {AnswerOf<"/v1/events/{slug}/budget"> | null} */ budget) {
  if (budget === null) return;
  byId("budget-price").value = String(budget.points_per_kg);
  byId("budget-points").value = String(budget.points_budget);
}

function show(/** @type {AnswerOf<"/v1/events/{slug}/budget"> | null} */ budget) {
  const panel = byId("budget");
  if (budget === null) {
    panel.replaceChildren(h("p", { class: "notice calm small" }, t("desk.budget.none")));
    return;
  }
  const { points_budget: all, points_spent: spent } = budget;
  const fill = h("span", { class: "pool-fill" });
  fill.style.setProperty("--share", String(all > 0 ? spent / all : 0));
  panel.replaceChildren(
    h("p", { class: "budget-price" }, h("strong", {}, t("desk.budget.costs", { points: count(budget.points_per_kg) }))),
    h("div", { class: "pool", "data-spent": spent, "data-all": all }, h("div", { class: "pool-track", "aria-hidden": "true" }, fill), h("p", { class: "pool-told" }, t("desk.budget.told", { spent: count(spent), all: count(all), left: count(all - spent) }))),
  );
}

export function startBudget(/** @type {Desk} */ desk) {
  const perform = async () => {
    const body = { points_per_kg: Number(byId("budget-price").value), points_budget: Number(byId("budget-points").value), reason: byId("budget-reason").value.trim() };
    const budget = await desk.post(desk.path("/budget"), body);
    byId("budget-reason").value = "";
    show(budget);
    return t("desk.saved");
  };
  onSend(desk, byId("budget-form"), perform, { isRepeatable: true });
}
