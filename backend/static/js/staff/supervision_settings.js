// What operators set beside the regulator's desk: regulators' remits, and features by city and phase.
import { cityName } from "../shared/city_names.js";
import { byId, h } from "../shared/dom.js";
import { either, momentOf, t } from "../shared/i18n.js";
import { AGENCIES, NOTE_CHARS_MAX, agencyName, chip, labelled, refusedPlace, select } from "./supervision_desk.js";

/** @typedef {import("./supervision_desk.js").Desk} Desk */
/** @typedef {ItemOf<"/v1/regulators">} Regulator */
/** @typedef {ItemOf<"/v1/features">} Feature */
const PHASES = /** @type {const} */ (["off", "pilot", "on"]);
const CITY_CHARS_MAX = 40;

const reasonField = () => h("input", { class: "input", maxlength: NOTE_CHARS_MAX, required: true, placeholder: t("supervision.reason.hint") });

/** @param {Desk} desk */
export function remitsPart(desk) {
  return () =>
    desk.show(async () => {
      if (desk.isRegulator) return;
      const { items } = await desk.session.ask("/v1/regulators?limit=100");
      byId("remits").replaceChildren(...(items.length ? items.map((each) => regulatorRow(desk, each)) : [h("li", { class: "note" }, t("supervision.remits.none"))]));
    });
}

/** @param {Desk} desk @param {Regulator} regulator @returns {HTMLElement} */
function regulatorRow(desk, regulator) {
  const refused = refusedPlace();
  const change = (/** @type {Regulator} */ next) => item.replaceWith(regulatorRow(desk, next));
  const agency = select("agency", [["", t("supervision.remit.all")], ...AGENCIES.map((code) => /** @type {const} */ ([code, agencyName(code)]))]);
  const city = h("input", { class: "input", maxlength: CITY_CHARS_MAX, placeholder: t("supervision.remit.everywhere") });
  const reason = reasonField();
  const give = h("button", { class: "button", type: "submit" }, t("supervision.remit.give"));
  const form = h("form", { class: "form-row" }, labelled(t("supervision.agency"), agency), labelled(t("supervision.remit.city"), city), labelled(t("supervision.reason"), reason), give);
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    desk.press(give, refused, async () => {
      const chosen = AGENCIES.find((code) => code === agency.value);
      const body = { reason: reason.value.trim(), ...(chosen ? { agency: chosen } : {}), ...(city.value.trim() ? { city: city.value.trim() } : {}) };
      change(await desk.session.ask(`/v1/regulators/${regulator.id}/remits`, { method: "POST", body }));
    });
  });
  const item = h(
    "li",
    { "data-regulator": regulator.username },
    h("div", { class: "card-head" }, h("h3", {}, regulator.username), regulator.is_province ? chip(t("supervision.remits.province")) : null),
    h("ul", { class: "plain-list" }, regulator.remits.map((remit) => remitRow(desk, regulator, remit, reason, refused, change))),
    form,
    refused,
  );
  return item;
}

/** @param {Desk} desk @param {Regulator} regulator @param {Regulator["remits"][number]} remit @param {HTMLInputElement} reason @param {HTMLElement} refused @param {(next: Regulator) => void} change */
function remitRow(desk, regulator, remit, reason, refused, change) {
  const end = h("button", { class: "button tiny", type: "button" }, t("supervision.remit.end"));
  end.addEventListener("click", () => {
    const isLast = regulator.remits.length === 1;
    if (!reason.reportValidity() || (isLast && !window.confirm(t("supervision.remit.last")))) return;
    desk.press(end, refused, async () => {
      const body = { reason: reason.value.trim(), becomes_province: isLast };
      change(await desk.session.ask(`/v1/regulators/${regulator.id}/remits/${remit.id}/ending`, { method: "POST", body }));
    });
  });
  return h("li", {}, `${agencyName(remit.agency)} · ${remit.city ? cityName(remit.city) : t("supervision.remit.everywhere")} `, h("span", { class: "note" }, `${remit.given_by}, ${momentOf(remit.given_at)} `), end);
}

/** @param {Desk} desk */
export function featuresPart(desk) {
  return () =>
    desk.show(async () => {
      const { items } = await desk.session.ask("/v1/features");
      byId("features").replaceChildren(...items.map((each) => featureRow(desk, each)));
    });
}

/** @param {Desk} desk @param {Feature} feature @returns {HTMLElement} */
function featureRow(desk, feature) {
  const refused = refusedPlace();
  const change = (/** @type {Feature} */ next) => item.replaceWith(featureRow(desk, next));
  /** The newest confirmed switch of a city holds there. @type {Set<string | null>} */
  const seen = new Set();
  const rows = feature.switches.map((each) => {
    const isInForce = each.decision === "confirmed" && !seen.has(each.city);
    if (each.decision === "confirmed") seen.add(each.city);
    return switchRow(desk, each, isInForce, refused, change);
  });
  const item = h(
    "li",
    { "data-feature": feature.code },
    h("div", { class: "card-head" }, h("h3", {}, either(feature.name)), h("code", {}, feature.code)),
    rows.length ? h("ul", { class: "plain-list" }, rows) : h("p", { class: "note" }, t("supervision.feature.always.on")),
    desk.isRegulator ? null : h("details", { class: "more" }, h("summary", {}, t("supervision.feature.propose")), proposal(desk, feature, refused, change)),
    refused,
  );
  return item;
}

/** @param {Desk} desk @param {Feature["switches"][number]} each @param {boolean} isInForce @param {HTMLElement} refused @param {(next: Feature) => void} change */
function switchRow(desk, each, isInForce, refused, change) {
  const limits = [each.people_pct === null ? "" : `${each.people_pct}%`, each.uses_per_day_max === null ? "" : `${each.uses_per_day_max}/d`].filter(Boolean).join(" ");
  const state = each.decision === null ? "waits" : each.decision === "withdrawn" ? "withdrawn" : isInForce ? "in.force" : "before";
  const decide = (/** @type {"confirmed" | "withdrawn"} */ decision, /** @type {string} */ text) => {
    const button = h("button", { class: "button tiny", type: "button", "data-decision": decision }, text);
    button.addEventListener("click", () =>
      desk.press(button, refused, async () => change(await desk.session.ask(`/v1/feature-switches/${each.id}/decision`, { method: "POST", body: { decision, reason: each.reason } }))),
    );
    return button;
  };
  const isOpen = each.decision === null && !desk.isRegulator;
  return h(
    "li",
    {},
    t("supervision.feature.told", { phase: `${t(`supervision.feature.phase.${each.phase}`)} ${limits}`.trim(), city: each.city ?? t("supervision.feature.city.all"), by: each.proposed_by, at: momentOf(each.proposed_at), reason: each.reason }),
    " ",
    chip(t(`supervision.feature.${state}`), state === "in.force" ? "posted" : state === "waits" ? "pending" : ""),
    isOpen ? h("span", { class: "chips" }, decide("confirmed", t("supervision.feature.confirm")), decide("withdrawn", t("supervision.feature.withdraw"))) : null,
  );
}

/** @param {Desk} desk @param {Feature} feature @param {HTMLElement} refused @param {(next: Feature) => void} change */
function proposal(desk, feature, refused, change) {
  const phase = select("phase", PHASES.map((each) => [each, t(`supervision.feature.phase.${each}`)]));
  const city = h("input", { class: "input", maxlength: CITY_CHARS_MAX, placeholder: t("supervision.feature.city.all") });
  const limits = feature.pilot.map((name) => ({ name, input: h("input", { class: "input", type: "number", min: 1, step: 1 }) }));
  const reason = reasonField();
  const button = h("button", { class: "button", type: "submit" }, t("supervision.feature.propose"));
  const form = h("form", { class: "form-row" }, labelled(t("supervision.feature.phase"), phase), labelled(t("supervision.remit.city"), city), limits.map(({ name, input }) => labelled(t(`supervision.feature.${name}`), input)), labelled(t("supervision.reason"), reason), button);
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    desk.press(button, refused, async () => {
      const told = Object.fromEntries(limits.filter(({ input }) => input.value).map(({ name, input }) => [name, Number(input.value)]));
      const body = { phase: PHASES.find((each) => each === phase.value) ?? "off", reason: reason.value.trim(), ...(city.value.trim() ? { city: city.value.trim() } : {}), ...told };
      change(await desk.session.ask(`/v1/features/${feature.code}/switches`, { method: "POST", body }));
    });
  });
  return form;
}
