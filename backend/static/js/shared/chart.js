// The minutes of an event: people as bars, offsets as a line, actions as dots on a dashed line (told apart without colour).
import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { byId, h } from "./dom.js";
import { count, t, timeOf } from "./i18n.js";

const MINUTE_S = 60;
const MINUTES_MAX = 60;
const MINUTES_MIN = 15;
const HEIGHT = 330;
const SERIES = /** @type {const} */ (["joined", "offsets", "actions"]);

export class MinuteChart {
  constructor() {
    this.holder = byId("chart");
    /** @type {number[][]} */
    this.data = [[], [], [], []];
    /** @type {uPlot | null} */
    this.plot = null;
    new ResizeObserver(() => this.plot?.setSize({ width: this.holder.clientWidth, height: HEIGHT })).observe(this.holder);
    // A canvas does not follow the style sheet: draw again when the theme changes.
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#build());
  }

  /** @param {Stats} stats */
  show(stats) {
    const byMinute = new Map(stats.by_minute.map((row) => [Date.parse(row.minute) / 1000, row]));
    const last = Math.floor(Date.parse(stats.as_of) / 1000 / MINUTE_S) * MINUTE_S;
    // A young event fills the picture too: it begins with the first change, within bounds.
    const first = Math.min(last, ...byMinute.keys());
    const length = Math.max(MINUTES_MIN, Math.min(MINUTES_MAX, (last - first) / MINUTE_S + 2));
    const minutes = Array.from({ length }, (_, n) => last - (length - 1 - n) * MINUTE_S);
    // Minutes without a change are left out by the server; in the picture they are zero.
    const rows = SERIES.map((name) => minutes.map((minute) => byMinute.get(minute)?.[name] ?? 0));
    this.data = [minutes, ...rows];
    if (this.plot) this.plot.setData(/** @type {uPlot.AlignedData} */ (this.data));
    else this.#build();
    const sums = rows.map((row) => row.reduce((sum, number) => sum + number, 0));
    this.holder.setAttribute("aria-label", t("staff.minutes.label", { n: length, ...Object.fromEntries(SERIES.map((name, n) => [name, count(sums[n])])) }));
    byId("chart-span").textContent = t("staff.minutes.lead", { n: length });
    this.#table(stats.by_minute);
  }

  /** @param {Stats["by_minute"]} rows */
  #table(rows) {
    byId("minutes").tBodies[0].replaceChildren(
      ...rows.slice(-10).reverse().map((row) => h("tr", {}, h("th", { scope: "row" }, timeOf(row.minute)), SERIES.map((name) => h("td", { class: "num" }, count(row[name]))))),
    );
  }

  #build() {
    this.plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    /** @param {string} name */
    const colour = (name) => style.getPropertyValue(name).trim();
    const font = `12px ${style.getPropertyValue("--sans")}`;
    const axis = { stroke: colour("--soft"), font, ticks: { show: false }, grid: { stroke: colour("--line"), width: 1 } };
    /** @param {string} label @param {string} name @param {object} [extra] */
    const line = (label, name, extra) => ({ label, stroke: colour(name), width: 2, points: { show: false }, ...extra });
    this.plot = new uPlot(
      {
        width: this.holder.clientWidth || 600,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [12, 8, 0, 0],
        scales: { x: { time: true, range: (_, first, last) => [first - MINUTE_S / 2, last + MINUTE_S / 2] }, y: { range: (_, __, most) => [0, Math.max(5, most * 1.15)] } },
        axes: [
          { ...axis, grid: { show: false }, size: 30, space: 70, values: (_, ticks) => ticks.map((tick) => timeOf(tick * 1000)) },
          { ...axis, size: 54, space: 44, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? count(tick) : "")) },
        ],
        series: [
          {},
          { label: t("count.joined"), stroke: colour("--bar"), fill: colour("--bar"), width: 0, paths: uPlot.paths.bars?.({ size: [0.72, 20], radius: 0.15 }), points: { show: false } },
          line(t("count.offsets"), "--line-2"),
          line(t("count.actions"), "--line-3", { dash: [3, 5] }),
        ],
      },
      /** @type {uPlot.AlignedData} */ (this.data),
      this.holder,
    );
  }
}
