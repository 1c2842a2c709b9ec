// A draft as two people look at it: what it changes, one act before and after, its effect on the last days.
import { h, shape } from "../shared/dom.js";
import { count, dayOf, mass, momentOf, plain, t } from "../shared/i18n.js";

/** @typedef {AnswerOf<"/v1/catalogue-drafts/{id}">} Draft */
/** @typedef {NonNullable<Draft["effect"]>} Effect */

const CHART = { width: 640, height: 180, gap: 2 };

/** @param {Draft} draft */
export function draftView(draft) {
  const people = [t("content.by", { name: draft.written_by }), draft.proposed_by ? t("content.proposed.by", { name: draft.proposed_by }) : null, draft.decided_by ? t("content.decided.by", { name: draft.decided_by }) : null];
  return h(
    "section",
    { class: "draft", "data-state": draft.state },
    h("h3", {}, t("drafts.one", { version: draft.version }), " ", h("span", { class: "chip" }, t(`drafts.state.${draft.state}`))),
    h("p", { class: "note" }, [t("content.from.short", { day: dayOf(draft.effective_from) }), t("drafts.base", { version: draft.base }), ...people, momentOf(draft.created_at)].filter(Boolean).join(" · ")),
    h("p", {}, draft.reason),
    changes(draft),
    draft.example ? example(draft.example) : null,
    effectOf(draft.effect),
  );
}

/** @param {Draft} draft */
function changes({ changes: found }) {
  const rows = found.map(({ field, before, after }) => h("tr", {}, h("th", { scope: "row" }, t(`drafts.field.${field}`)), h("td", {}, told(before)), h("td", {}, told(after))));
  return table("drafts.changes", ["drafts.field", "drafts.before", "drafts.after"], rows);
}

/** @param {any} value @returns {string} */
function told(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.map(told).join("; ") || "–";
  if (typeof value === "object") return Object.entries(value).filter(([, each]) => each !== null).map(([name, each]) => `${name} ${told(each)}`).join(", ");
  return String(value);
}

/** @param {NonNullable<Draft["example"]>} found */
function example(found) {
  const given = Object.entries(found.parameters).map(([name, value]) => `${name} ${value}`);
  const before = { grams: mass(found.before_g), points: count(found.before_points) };
  const after = { grams: mass(found.after_g), points: count(found.after_points) };
  return h("p", { class: "draft-example" }, t("drafts.example", { act: [`${found.quantity} ${found.unit}`, ...given].join(", ") }), " ", t("drafts.worth", before), " → ", h("b", {}, t("drafts.worth", after)));
}

/** @param {Effect | null} effect */
function effectOf(effect) {
  if (effect === null) return h("p", { class: "note", role: "status" }, t("drafts.effect.waits"));
  const progress = effect.is_done ? null : h("progress", { max: Math.max(1, effect.citizens_total), value: effect.citizens_done, "aria-label": t("drafts.effect.progress") });
  const sums = Object.values(effect.methods).reduce(
    (all, each) => ({ before_g: all.before_g + each.before_g, after_g: all.after_g + each.after_g, before_points: all.before_points + each.before_points, after_points: all.after_points + each.after_points }),
    { before_g: 0, after_g: 0, before_points: 0, after_points: 0 },
  );
  const facts = [
    ["drafts.effect.actions", count(effect.actions)],
    ["drafts.effect.citizens", count(effect.citizens)],
    ["drafts.effect.more", count(effect.citizens_with_more)],
    ["drafts.effect.less", count(effect.citizens_with_less)],
    ["drafts.effect.refused", count(effect.refused)],
    ["drafts.effect.capped", `${count(effect.capped_before)} → ${count(effect.capped_after)}`],
    ["drafts.effect.grams", `${mass(sums.before_g)} → ${mass(sums.after_g)}`],
    ["drafts.effect.points", `${count(sums.before_points)} → ${count(sums.after_points)}`],
    ["drafts.effect.booked", `${mass(effect.booked_g)} · ${t("drafts.points.n", { n: count(effect.booked_points) })}`],
  ];
  const rows = Object.entries(effect.methods)
    .sort(([, one], [, other]) => other.actions - one.actions)
    .map(([code, each]) => h("tr", {}, h("th", { scope: "row" }, code), ...[each.actions, each.before_points, each.after_points].map((n) => h("td", { class: "num" }, count(n)))));
  return h(
    "div",
    { class: "draft-effect" },
    h("h4", {}, t("drafts.effect", { from: dayOf(effect.first_day), to: dayOf(effect.last_day) })),
    progress,
    effect.is_done ? null : h("p", { class: "note", role: "status" }, t("drafts.effect.under.way", { done: count(effect.citizens_done), all: count(effect.citizens_total) })),
    h("dl", { class: "facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, t(name)), h("dd", {}, value)))),
    chart(effect),
    rows.length ? h("details", {}, h("summary", {}, t("drafts.effect.methods")), table("drafts.effect.methods", ["drafts.method", "drafts.effect.actions", "drafts.points.before", "drafts.points.after"], rows)) : null,
    h("p", { class: "note" }, t("drafts.effect.note")),
  );
}

/** Points of each day: by the rules in force as pale bars, by the draft as dark ones within. @param {Effect} effect */
function chart(effect) {
  const days = Object.entries(effect.days).sort(([one], [other]) => one.localeCompare(other));
  if (!days.length) return null;
  const most = Math.max(1, ...days.map(([, day]) => Math.max(day.before_points, day.after_points)));
  const wide = CHART.width / days.length;
  const picture = shape("svg", { class: "draft-chart", viewBox: `0 0 ${CHART.width} ${CHART.height}`, role: "img", "aria-label": t("drafts.effect.chart", { most: plain(most) }) });
  days.forEach(([key, day], at) => {
    for (const [name, points, inset] of /** @type {[string, number, number][]} */ ([["before", day.before_points, 0], ["after", day.after_points, wide / 4]])) {
      const high = (points / most) * (CHART.height - 4);
      const bar = shape("rect", { class: name, x: at * wide + inset + CHART.gap / 2, y: CHART.height - high, width: Math.max(1, wide - 2 * inset - CHART.gap), height: high });
      const title = shape("title", {});
      title.textContent = `${dayOf(key)}: ${count(day.before_points)} → ${count(day.after_points)}`;
      bar.append(title);
      picture.append(bar);
    }
  });
  return h("figure", {}, picture, h("figcaption", { class: "note" }, t("drafts.effect.chart", { most: plain(most) })));
}

/** @param {string} label @param {string[]} heads @param {HTMLElement[]} rows */
function table(label, heads, rows) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t(label) }, h("table", { class: "table compact" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, t(head))))), h("tbody", {}, rows)));
}
