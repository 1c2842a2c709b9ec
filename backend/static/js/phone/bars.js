// A footprint as bars: one row per source, always the same rows in the same order, so that a change is seen to move.
import { h, icon } from "../shared/dom.js";
import { countTo } from "../shared/count_up.js";
import { mass, massLike, plain, t, unitOf, word } from "../shared/i18n.js";

const CORE = ["travel_intercity", "airport_transfer", "travel_local", "lodging"];
/** @type {string[]} */
const EXTENDED = [...CORE, "meals", "venue_energy", "materials", "waste"];

export class Bars {
  constructor(/** @type {HTMLElement} */ list) {
    this.list = list;
    /** @type {Map<string, {element: HTMLElement, mass: HTMLElement, fill: HTMLElement, lines: HTMLElement}>} */
    this.rows = new Map();
  }

  show(/** @type {Footprint} */ footprint) {
    /** @type {Map<string, number>} */
    const sums = new Map();
    // Of a journey that is not kept only the sums of its sources come back.
    const kept = footprint.categories ?? [];
    for (const each of kept) sums.set(each.source, each.emission_g);
    for (const line of footprint.lines) sums.set(line.source, (sums.get(line.source) ?? 0) + line.emission_g);
    const usual = footprint.boundary === "core" ? CORE : EXTENDED;
    const sources = [...usual, ...[...sums.keys()].filter((source) => !usual.includes(source))];
    const most = Math.max(1, ...sums.values());
    for (const source of sources) {
      const row = this.rows.get(source) ?? this.#add(source);
      const grams = sums.get(source) ?? 0;
      row.element.classList.toggle("is-zero", grams === 0);
      countTo(row.mass, grams, grams === 0 ? () => t("phone.zero") : massLike(grams));
      // Set by script: style attributes are closed by the content security policy, properties are not.
      row.fill.style.setProperty("--share", String(grams / most));
      const isSum = kept.some((each) => each.source === source);
      row.lines.replaceChildren(...(isSum ? [h("p", {}, t("phone.line.sum"))] : this.#lines(footprint.lines.filter((line) => line.source === source))));
    }
  }

  #add(/** @type {string} */ source) {
    const row = { element: h("li"), mass: h("span", { class: "bar-mass" }), fill: h("span", { class: "bar-fill" }), lines: h("div", { class: "bar-lines" }) };
    row.element = h(
      "li",
      { class: "bar", "data-source": source },
      h(
        "details",
        {},
        h("summary", {}, icon(EXTENDED.includes(source) ? source : "bars"), h("span", { class: "bar-name" }, word("source", source)), row.mass, h("span", { class: "bar-track", "aria-hidden": "true" }, row.fill)),
        row.lines,
      ),
    );
    this.list.append(row.element);
    this.rows.set(source, row);
    return row;
  }

  #lines(/** @type {Footprint["lines"]} */ lines) {
    if (lines.length === 0) return [h("p", {}, t("phone.line.zero"))];
    return lines.map((line) =>
      h(
        "div",
        {},
        h(
          "p",
          {},
          t("phone.line", { quantity: plain(line.quantity), unit: unitOf(line.unit, line.quantity), factor: plain(line.factor_g) }),
          ` = ${mass(line.emission_g)}`,
          line.note ? ` · ${word("note", line.note)}` : null,
          line.event_share_pct ? ` · ${t("line.event_share", { pct: line.event_share_pct })}` : null,
          line.defaults.length > 0 ? ` · ${t("phone.line.default")}` : null,
        ),
        h("p", {}, `${t("phone.line.factor")} `, line.factor_ids.map((id, n) => [n ? " · " : "", h("a", { href: `/v1/factors/${encodeURIComponent(id)}` }, h("code", {}, id))]).flat(), ` · ${word("kind", line.source_kind)}`, line.gas ? ` · ${word("gas", line.gas)}` : null),
      ),
    );
  }
}
