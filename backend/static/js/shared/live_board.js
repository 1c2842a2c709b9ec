// The board's numbers, gates and credit pool.
import { byId, h, tell } from "./dom.js";
import { countTo } from "./count_up.js";
import { count, either, mass, massLike, t } from "./i18n.js";

const LOW_SHARE = 0.1;

/** How the figures come, and whether they are old: they fade while nothing comes. @param {string} state */
export function showLineState(state) {
  byId("state").dataset.state = state;
  tell(byId("state"), t(`staff.state.${state}`));
  document.body.dataset.figures = state === "reconnecting" ? "old" : "new";
}

/** @param {Stats} stats */
export function showNumbers(stats) {
  for (const name of /** @type {const} */ (["joined", "footprints", "offsets", "actions"])) countTo(byId(name), stats[name], count);
  countTo(byId("grams"), stats.grams, massLike(stats.grams));
}

/** @param {Stats} stats @param {EventView} event */
export function showGates(stats, event) {
  const names = new Map(event.gates.map((gate) => [gate.gate, either(gate.name)]));
  const counts = new Map(stats.by_gate.map((row) => [row.gate, row]));
  const none = { joined: 0, offsets: 0, grams: 0, actions: 0 };
  const gates = [...new Set([...names.keys(), ...counts.keys()])].sort((a, b) => a - b);
  /** @param {number} gate */
  const nameOf = (gate) => (gate === 0 ? t("staff.gate.none") : (names.get(gate) ?? t("staff.gate.n", { n: gate })));
  byId("gates").tBodies[0].replaceChildren(
    ...gates.map((gate) => {
      const row = counts.get(gate) ?? none;
      const cells = [count(row.joined), count(row.offsets), mass(row.grams), count(row.actions)];
      return h("tr", { "data-gate": gate }, h("th", { scope: "row" }, nameOf(gate)), cells.map((cell) => h("td", { class: "num" }, cell)));
    }),
  );
}

/** @param {AnswerOf<"/v1/events/{slug}/pools">["items"]} pools */
export function showPool(pools) {
  const panel = byId("pool");
  if (pools.length === 0) {
    panel.replaceChildren(h("p", { class: "note" }, t("staff.pool.none")));
    return;
  }
  const total = pools.reduce((sum, pool) => sum + pool.grams, 0);
  const left = pools.reduce((sum, pool) => sum + pool.grams_left, 0);
  const rows = pools.length > 1 ? pools.map((pool) => bar(pool.grams_left, pool.grams, t("staff.pool.part", { n: pool.position }))) : [];
  panel.replaceChildren(bar(left, total, null), ...rows);
}

/** @param {number} left @param {number} all @param {string | null} label */
function bar(left, all, label) {
  const share = all > 0 ? left / all : 0;
  // Cut, not rounded: a pool that was touched is not at 100 %, and one that is not empty is not at 0 %.
  const percent = `${share === 1 ? 100 : Math.max(share > 0 ? 0.1 : 0, Math.floor(share * 1000) / 10)}%`;
  const fill = h("span", { class: "pool-fill" });
  fill.style.setProperty("--share", String(share));
  const text = t("staff.pool.left", { left: mass(left), all: mass(all) });
  const element = h(
    "div",
    { class: `pool${label ? "" : " whole"}`, "data-left": left, "data-all": all },
    h("div", { class: "pool-track", "aria-hidden": "true" }, fill),
    h("p", { class: "pool-told" }, h("span", {}, label ? `${label} · ${text}` : text), h("span", {}, percent)),
  );
  element.classList.toggle("is-low", share < LOW_SHARE);
  return element;
}
