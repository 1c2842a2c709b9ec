// The credit batches that the guideline's order suggests for so many grams, and assigning all of them at once.
import { Refused } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { readPool } from "./pool.js";
import { isOthers, linesIn, onSend, press } from "./submit_form.js";
import { count, either, mass, plain, t } from "../shared/i18n.js";

const KG_G = 1000;

let names = new Map();
/** @type {AnswerOf<"/v1/events/{slug}/pools/suggestion">["parts"]} */
let parts = [];
/** @type {import("./submit_form.js").Lines} */
let lines;

/** How much the filing would need, to begin with; what was typed or suggested for this event stays. */
export function readSuggestion(/** @type {Desk} */ desk) {
  if (isOthers(byId("suggest-card"), desk)) {
    byId("suggest-kg").value = "";
    clear();
    for (const line of [lines.said, lines.refused]) tell(line, "");
  }
  showNeed(desk);
}

export function showNeed(/** @type {Desk} */ desk) {
  const { expected_people: people, target_pct: share, default_footprint: each } = desk.event;
  const all = people === null ? 0 : Math.ceil((people * each.total_g * share) / 100);
  tell(byId("suggest-need"), all ? t("desk.suggest.need", { people: count(people), each: mass(each.total_g), share, all: mass(all), has: mass(desk.pooled) }) : "");
  if (all > desk.pooled && byId("suggest-kg").value === "") byId("suggest-kg").value = String((all - desk.pooled) / KG_G);
}

function clear() {
  parts = [];
  byId("suggestion").hidden = true;
}

function show(short = 0) {
  byId("suggestion").hidden = false;
  byId("suggested").tBodies[0].replaceChildren(...parts.map(row));
  const cost = parts.some((part) => part.cost === null) ? null : parts.reduce((sum, part) => sum + Number(part.cost), 0);
  const grams = parts.reduce((sum, part) => sum + part.grams, 0);
  byId("suggested").tFoot?.replaceChildren(h("tr", {}, h("td", {}), h("th", { scope: "row" }, t("desk.suggest.sum")), ...sums(grams, cost)));
  byId("suggested").hidden = parts.length === 0;
  tell(byId("suggest-short"), short ? t("desk.suggest.short", { grams: mass(short) }) : "");
  byId("suggest-take").hidden = parts.length === 0;
}

const sums = (/** @type {number} */ grams, /** @type {number | string | null} */ cost) => [mass(grams), count(grams), cost === null ? t("organiser.untold") : plain(Number(cost).toFixed(2))].map((text) => h("td", { class: "num" }, text));

function row(/** @type {AnswerOf<"/v1/events/{slug}/pools/suggestion">["parts"][number]} */ part) {
  const facts = [part.project_name, t("desk.suggest.vintage", { year: part.vintage }), part.origin_tag ? t("desk.suggest.poor") : null];
  return h("tr", { "data-batch": part.batch_id, "data-grams": part.grams }, h("td", {}, plain(part.preference)), h("th", { scope: "row" }, names.get(part.product) ?? part.product, h("small", { class: "product-warning" }, facts.filter(Boolean).join(" · "))), ...sums(part.grams, part.cost));
}

/** One batch after the other. What was given leaves the table, so that pressing again gives only the rest. */
async function take(/** @type {Desk} */ desk) {
  const address = desk.path("/pools");
  const before = desk.pooled;
  const progress = byId("suggest-progress");
  const given = { n: 0, grams: 0 };
  const warnings = new Set();
  progress.max = parts.length;
  progress.hidden = false;
  try {
    while (parts.length > 0) {
      progress.value = given.n;
      const pool = await desk.post(address, { batch_id: parts[0].batch_id, grams: parts[0].grams });
      for (const warning of pool.warnings ?? []) warnings.add(either(warning.text));
      given.n += 1;
      given.grams += pool.grams;
      parts.shift();
    }
  } catch (error) {
    if (address === desk.path("/pools")) await settle(desk, error, before, given);
    throw error;
  } finally {
    progress.hidden = true;
  }
  clear();
  byId("suggest-kg").value = "";
  // What was given is given, whether or not the pools can be read just now.
  if (address === desk.path("/pools")) await readPool(desk).catch(() => {});
  showNeed(desk);
  return [t("desk.suggest.taken", { grams: mass(given.grams), n: count(given.n) }), ...warnings].join(" ");
}

/** An answer that was lost may have given its grams: the pools say so, and where they cannot be read the table goes. */
async function settle(/** @type {Desk} */ desk, /** @type {any} */ error, /** @type {number} */ before, /** @type {{n: number, grams: number}} */ given) {
  const isUnsure = !(error instanceof Refused);
  try {
    await readPool(desk);
  } catch {
    if (isUnsure) clear();
    return;
  }
  if (isUnsure && desk.pooled - before > given.grams) {
    given.n += 1;
    parts.shift();
  }
  show();
  if (given.n > 0) tell(byId("suggest-short"), t("desk.suggest.partly", { n: count(given.n) }));
}

export function startSuggestion(/** @type {Desk} */ desk) {
  const perform = async () => {
    clear();
    const grams = Math.round(Number(byId("suggest-kg").value) * KG_G);
    const [found, products] = await Promise.all([desk.ask(desk.path(`/pools/suggestion?grams=${grams}`)), desk.ask("/v1/products")]);
    names = new Map(products.items.map((product) => [product.code, either(product.name)]));
    parts = found.parts;
    show(found.short_g);
    /** @type {HTMLElement} */ (byId("suggested").closest(".scroll")).focus({ preventScroll: true });
  };
  onSend(desk, byId("suggest-form"), perform, { isRepeatable: true });
  lines = linesIn(byId("suggest-card"));
  byId("suggest-take").addEventListener("click", () => press(desk, byId("suggest-take"), lines, () => take(desk)));
}
