// What a sponsor pays for offsets that people ask for with points: the price, the budget, what was spent of it.
import { Refused } from "../shared/api.js";
import { byId, h } from "../shared/dom.js";
import { isOthers, onSend } from "./submit_form.js";
import { count, t } from "../shared/i18n.js";

const OVER = new Set(["closed", "rejected"]);

export async function readBudget(desk) {
  const budget = await ask(desk);
  const form = byId("budget-form");
  form.hidden = OVER.has(desk.event.state) || !desk.may("file");
  show(budget);
  if (isOthers(form, desk)) {
    form.reset();
    for (const line of form.querySelectorAll(".said, .field-error")) line.hidden = true;
    fill(budget);
  }
}

async function ask(desk) {
  try {
    return await desk.ask(desk.path("/budget"));
  } catch (error) {
    if (error instanceof Refused && error.code === "budget_not_found") return null;
    throw error;
  }
}

function fill(budget) {
  if (budget === null) return;
  byId("budget-price").value = budget.points_per_kg;
  byId("budget-points").value = budget.points_budget;
}

function show(budget) {
  const place = byId("budget");
  if (budget === null) {
    place.replaceChildren(h("p", { class: "notice calm small" }, t("desk.budget.none")));
    return;
  }
  const { points_budget: all, points_spent: spent } = budget;
  const fill = h("span", { class: "pool-fill" });
  fill.style.setProperty("--share", String(all > 0 ? spent / all : 0));
  place.replaceChildren(
    h("p", { class: "budget-price" }, h("strong", {}, t("desk.budget.costs", { points: count(budget.points_per_kg) }))),
    h("div", { class: "pool", "data-spent": spent, "data-all": all }, h("div", { class: "pool-track", "aria-hidden": "true" }, fill), h("p", { class: "pool-told" }, t("desk.budget.told", { spent: count(spent), all: count(all), left: count(all - spent) }))),
  );
}

export function startBudget(desk) {
  const perform = async () => {
    const body = { points_per_kg: Number(byId("budget-price").value), points_budget: Number(byId("budget-points").value), reason: byId("budget-reason").value.trim() };
    const budget = await desk.post(desk.path("/budget"), body);
    byId("budget-reason").value = "";
    show(budget);
    return t("desk.saved");
  };
  onSend(desk, byId("budget-form"), perform, { isRepeatable: true });
}
