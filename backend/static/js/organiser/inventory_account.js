// The whole event's account on the organisers' pages: its sum with the interval, groups as bars, people, what is missing.
import { byId, h } from "../shared/dom.js";
import { count, either, mass, plain, t, word } from "../shared/i18n.js";

/** @typedef {AnswerOf<"/v1/events/{slug}/account">} Account */

export function showAccount(/** @type {Account} */ actual, /** @type {Account} */ planned) {
  byId("account").replaceChildren(numbers(actual), conclusion(actual), h("div", { class: "part-columns desk-gap" }, groups(actual, planned), missing(actual)), isYear(actual) ? included(actual) : people(actual), measures(actual));
}

const isYear = (/** @type {Account} */ account) => account.boundary === "organisation";

/** Venues' years that are counted within this one. */
function included(/** @type {Account} */ account) {
  if (account.included.length === 0) return "";
  const rows = account.included.map((each) => h("li", { class: "entry", "data-included": each.slug }, h("div", {}, h("p", { class: "entry-name" }, either(each.name)), h("small", {}, `${mass(each.lines_g)} · ${t("inventory.page.included.retired", { mass: mass(each.retired_g) })} · ${word("state", each.state)}`))));
  return h("section", { class: "card desk-gap" }, h("h2", {}, t("inventory.page.included")), h("p", { class: "note" }, t("inventory.page.included.lead")), h("ul", { class: "entries", id: "included" }, rows));
}

function numbers(/** @type {Account} */ account) {
  const all = [
    ["estimate", mass(account.estimate_g), account.estimate_g],
    ["high", mass(account.high_g), account.high_g],
    ["retired", mass(account.retired_g), account.retired_g],
    ["covered", `${plain(account.claim.covered_pct)} %`, account.claim.covered_pct],
    ["response", `${plain(account.people.response_rate_pct)} %`, account.people.response_rate_pct],
  ];
  // Nothing of a year is filled in for people: its account has no interval.
  const pairs = isYear(account) ? all.filter(([name]) => name !== "response" && name !== "high") : all;
  return h("dl", { class: "numbers" }, pairs.map(([name, text, value], number) => h("div", { class: number ? "number" : "number lead-number" }, h("dt", {}, isYear(account) && name === "estimate" ? t("inventory.page.number.estimate.year") : t(`inventory.page.number.${name}`)), h("dd", { "data-account": name, "data-value": value }, text))));
}

function conclusion(/** @type {Account} */ account) {
  return h("section", { class: "card" }, h("h2", {}, t("inventory.page.claim")), h("p", { class: "statement", id: "claim" }, either(account.claim)), h("p", { class: "note" }, t(isYear(account) ? "inventory.page.standard.year" : "inventory.page.standard", { set: account.factor_set })), h("p", { class: "note", id: "score" }, t("inventory.page.score", { score: account.quality_score === null ? "–" : plain(account.quality_score) })));
}

/** Two bars for each group, what was expected above what was; of what was, the filled-in part is paler. */
function groups(/** @type {Account} */ actual, /** @type {Account} */ planned) {
  const most = Math.max(1, ...actual.groups.map((each) => each.total_g), ...planned.groups.map((each) => each.lines_g));
  const rows = actual.groups.map((each, place) => {
    const before = planned.groups[place].lines_g;
    const filled = each.counted === "lines" ? 0 : each.filled_g;
    const told = h("small", { class: "note" }, t(`inventory.state.${each.state}`), each.reason ? `: ${each.reason}` : "", filled ? ` · ${t("inventory.page.filled", { mass: mass(filled) })}` : "", before ? ` · ${t("inventory.page.planned", { mass: mass(before) })}` : "");
    return h("li", { "data-group": each.group, "data-state": each.state }, h("span", { class: "report-bar-name" }, either(each.name)), h("strong", { class: "report-bar-mass" }, mass(each.total_g)), bar(each.total_g - filled, filled, most), before ? bar(before, 0, most, "planned") : "", told);
  });
  return h("section", { class: "card" }, h("h2", {}, t("inventory.page.groups")), h("div", { class: "legend", "aria-hidden": "true" }, h("span", { class: "key key-bars" }, t("inventory.page.key.known")), h("span", { class: "key key-filled" }, t("inventory.page.key.filled")), h("span", { class: "key key-planned" }, t("inventory.page.key.planned"))), h("ul", { class: "report-bars inventory-bars" }, rows));
}

function bar(/** @type {number} */ known, /** @type {number} */ filled, /** @type {number} */ most, kind = "") {
  const parts = /** @type {[string, number][]} */ ([["known", known], ["filled", filled]]).map(([name, grams]) => {
    const part = h("span", { class: `inventory-${name}` });
    part.style.setProperty("--width", `${(100 * grams) / most}%`);
    return part;
  });
  return h("span", { class: `bar-track inventory-track ${kind}`, "aria-hidden": "true" }, parts);
}

function missing(/** @type {Account} */ account) {
  const rows = account.missing.map((gap) => h("li", { "data-gap": gap.code }, either(gap.text)));
  return h("section", { class: "card" }, h("h2", {}, t("inventory.page.missing")), rows.length ? h("ul", { class: "lacking", id: "gaps" }, rows) : h("p", { class: "notice calm small", id: "gaps" }, t("inventory.page.complete")));
}

function people(/** @type {Account} */ account) {
  const columns = ["category", "day", "headcount", "people", "scanned", "filled", "method", "interval"];
  const rows = account.people.strata.map((each) =>
    h("tr", { "data-filled": each.filled_in }, h("td", {}, either(each.name)), h("td", {}, each.day ?? "–"), h("td", {}, t(`inventory.headcount.${each.headcount}`), each.listed < each.people ? ` (${count(each.listed)})` : ""), h("td", { class: "num" }, count(each.people)), h("td", { class: "num" }, count(each.scanned)), h("td", { class: "num" }, each.filled_in ? h("em", {}, `${count(each.filled_in)} · ${mass(each.filled_g)}`) : "–"), h("td", {}, t(`inventory.method.${each.method}`)), h("td", { class: "num" }, `${mass(each.low_g)} – ${mass(each.high_g)}`)),
  );
  const numeric = new Set(["people", "scanned", "filled", "interval"]);
  const table = h("table", { class: "table compact", id: "strata" }, h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col", class: numeric.has(name) ? "num" : "" }, t(`inventory.page.strata.${name}`))))), h("tbody", {}, rows));
  return h("section", { class: "card desk-gap" }, h("h2", {}, t("inventory.page.strata")), h("p", { class: "note" }, t("inventory.page.strata.lead")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("inventory.page.strata") }, table));
}

function measures(/** @type {Account} */ account) {
  if (account.measures.length === 0) return "";
  const rows = account.measures.map((each) => h("li", { class: "entry" }, h("div", {}, h("p", { class: "entry-name" }, each.measure), h("small", {}, `${each.baseline}: ${mass(each.baseline_g)} → −${mass(each.reduction_g)}`))));
  return h("section", { class: "card desk-gap" }, h("h2", {}, t("inventory.page.measures")), h("p", { class: "note" }, t("inventory.page.measures.lead")), h("ul", { class: "entries", id: "measures" }, rows));
}
