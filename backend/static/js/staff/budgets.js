// Issuance budgets: what each has left and how fast it goes, what is owed to citizens; operators open, raise, lower, close.
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { patiently } from "../shared/retry.js";
import { waitIn } from "../shared/wait_notice.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { count, dayOf, either, momentOf, t } from "../shared/i18n.js";

const REASON_CHARS_MAX = 400;
/** @typedef {ItemOf<"/v1/issuance-budgets">} Budget */

const session = new Session("staff");
const onWait = waitIn(byId("budgets-notice"));

byId("again").addEventListener("click", load);
byId("owed-csv").addEventListener("click", download);
byId("open-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  openBudget();
});

const signIn = new StaffSignIn(session, byId("budgets-panel"), { onOpen: load });
signIn.start();

async function load() {
  try {
    const [budgets, owed] = await patiently(() => Promise.all([session.ask("/v1/issuance-budgets"), session.ask("/v1/reports/points-liability")]), { onWait });
    byId("budgets").replaceChildren(...budgets.items.map(card));
    byId("budgets-empty").hidden = budgets.items.some((budget) => budget.closed_at === null);
    showOwed(owed);
  } catch (error) {
    fail(byId("budgets-notice"), error);
  }
}

function fail(/** @type {HTMLElement} */ place, /** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(place, explain(error));
}

function card(/** @type {Budget} */ budget) {
  const pct = budget.total_points ? Math.floor((budget.issued_points / budget.total_points) * 100) : 100;
  const state = budget.closed_at ? t("issuance.closed") : budget.alarm ? t(`issuance.alarm.${budget.alarm}`) : null;
  const facts = [
    [t("issuance.left"), count(budget.left_points)],
    [t("issuance.issued"), count(budget.issued_points)],
    [t("issuance.rate"), `${count(Math.round(budget.points_per_day_7))} / ${count(Math.round(budget.points_per_day_30))}`],
    budget.closed_at ? null : [t("issuance.empty.on"), budget.empty_on ? dayOf(budget.empty_on) : t("issuance.empty.none")],
    budget.yuan_per_point === null ? null : [t("issuance.cost"), String(budget.yuan_per_point)],
  ].filter((fact) => fact !== null);
  const more = h("details", {}, h("summary", {}, t("issuance.changes")));
  more.addEventListener("toggle", () => more.open && showChanges(budget, more), { once: true });
  return h(
    "li",
    { class: "card", "data-budget": budget.id, "data-sponsor": budget.sponsor },
    h("div", { class: "card-head" }, h("h2", {}, either(budget.name)), h("span", { class: "chip", "data-state": budget.alarm ? "lost" : "" }, state ?? t(`issuance.sponsor.${budget.sponsor}`))),
    h("p", { class: "note" }, [budget.event ?? budget.partner ?? "", t("issuance.used", { pct, all: count(budget.total_points) })].filter(Boolean).join(" · ")),
    h("progress", { max: 100, value: pct, "aria-label": t("issuance.used", { pct, all: count(budget.total_points) }) }),
    h("dl", { class: "facts" }, facts.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))),
    budget.closed_at ? null : changeForm(budget),
    more,
  );
}

async function showChanges(/** @type {Budget} */ budget, /** @type {HTMLElement} */ place) {
  try {
    const { changes, days } = await patiently(() => session.ask(`/v1/issuance-budgets/${budget.id}`), { onWait });
    const most = Math.max(1, ...days.map((day) => day.issued_points));
    const bars = days.map((day) => h("li", {}, `${dayOf(day.day)} `, h("progress", { max: most, value: day.issued_points, "aria-label": dayOf(day.day) }), ` ${count(day.issued_points)}`));
    const told = changes.map((change) =>
      h("li", {}, `${momentOf(change.at)} · ${t(`issuance.change.${change.kind}`)} · ${change.actor ?? "–"} · `, t("issuance.change.told", { before: count(change.points_before), after: count(change.points_after), reason: change.reason })),
    );
    place.append(h("ul", { class: "entries" }, told), bars.length ? h("h3", {}, t("issuance.days")) : "", h("ul", { class: "entries" }, bars));
  } catch (error) {
    fail(byId("budgets-notice"), error);
  }
}

function changeForm(/** @type {Budget} */ budget) {
  const total = h("input", { class: "input", type: "number", min: 0, step: 1, value: String(budget.total_points) });
  const reason = h("input", { class: "input", maxlength: REASON_CHARS_MAX, placeholder: t("issuance.form.reason.hint") });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  async function change(/** @type {"raise" | "lower" | "close"} */ kind) {
    if (kind === "close" && !window.confirm(t("issuance.close.sure"))) return;
    tell(refused, "");
    const body = { kind, reason: reason.value.trim(), ...(kind === "close" ? {} : { total_points: Number(total.value) }) };
    try {
      await session.ask(`/v1/issuance-budgets/${budget.id}/changes`, { method: "POST", body });
      await load();
    } catch (error) {
      fail(refused, error);
    }
  }
  const buttons = /** @type {const} */ (["raise", "lower", "close"]).map((kind) => h("button", { class: "button tiny", type: "button", "data-change": kind, onclick: () => change(kind) }, t(`issuance.change.${kind}`)));
  const field = (/** @type {string} */ name, /** @type {HTMLElement} */ input) => h("label", {}, h("span", {}, t(name)), input);
  return h("div", { class: "budget-change" }, field("issuance.change.points", total), field("issuance.form.reason", reason), h("div", { class: "buttons" }, buttons), refused);
}

async function openBudget() {
  const form = valuesOf(byId("open-form"));
  const body = {
    sponsor: /** @type {Budget["sponsor"]} */ (form.sponsor),
    name: { "zh-CN": form.name_zh, en: form.name_en },
    total_points: Number(form.total_points),
    reason: form.reason,
    ...(form.sponsor === "event" ? { event: form.whose } : form.sponsor === "partner" ? { partner: form.whose } : {}),
    ...(form.yuan_per_point ? { yuan_per_point: Number(form.yuan_per_point) } : {}),
  };
  try {
    await session.ask("/v1/issuance-budgets", { method: "POST", body });
    tell(byId("open-refused"), "");
    byId("open-form").reset();
    await load();
  } catch (error) {
    fail(byId("open-refused"), error);
  }
}

function showOwed(/** @type {AnswerOf<"/v1/reports/points-liability">} */ owed) {
  byId("owed").textContent = t("issuance.owed.lead", { points: count(owed.outstanding_points), pending: count(owed.pending_points) });
  byId("owed-cost").textContent =
    owed.yuan_per_point_least === null
      ? t("issuance.owed.no.cost")
      : t("issuance.owed.cost", { least: String(owed.yuan_per_point_least), mean: String(owed.yuan_per_point_mean), yuan_least: count(owed.yuan_least ?? 0), yuan_mean: count(owed.yuan_mean ?? 0) });
  const most = Math.max(1, ...owed.months.map((month) => month.points));
  byId("owed-months").replaceChildren(
    ...owed.months.map((month) => h("li", {}, `${dayOf(month.expires_on)} `, h("progress", { max: most, value: month.points, "aria-label": dayOf(month.expires_on) }), ` ${count(month.points)}`)),
  );
}

async function download() {
  try {
    save(await fetchFile(session, "/v1/reports/points-liability.csv", "text/csv"), "points-liability.csv");
  } catch (error) {
    fail(byId("budgets-notice"), error);
  }
}
