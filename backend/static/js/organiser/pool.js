// The credit pool of an event: what is left, the products in the order of preference, and assigning grams of a batch.
import { showPool } from "../shared/live_board.js";
import { byId, h, tell } from "../shared/dom.js";
import { isOthers, lineOf, onSend } from "./submit_form.js";
import { count, either, mass, plain, t } from "../shared/i18n.js";

const KG_G = 1000;
const OVER = new Set(["evaluated", "closed", "rejected"]);

export async function readPool(/** @type {Desk} */ desk) {
  const [pools, products, batches] = await Promise.all([desk.ask(desk.path("/pools")), desk.ask("/v1/products"), desk.ask("/v1/credit-batches?limit=100")]);
  showPool(pools.items);
  desk.pooled = pools.items.reduce((sum, pool) => sum + pool.grams, 0);
  for (const name of ["pool-card", "suggest-card"]) byId(name).hidden = OVER.has(desk.event.state) || !desk.may("file");
  if (isOthers(byId("pool-card"), desk)) tell(byId("pool-told"), "");
  const order = new Map(products.items.map((product, number) => [product.code, number]));
  const names = new Map(products.items.map((product) => [product.code, either(product.name)]));
  byId("products").tBodies[0].replaceChildren(...products.items.map(productRow));
  const free = batches.items.filter((batch) => batch.status === "retired" && batch.grams_left > 0).sort((a, b) => (order.get(a.product) ?? 0) - (order.get(b.product) ?? 0));
  const chosen = byId("pool-batch").value;
  byId("pool-batch").replaceChildren(...free.map((batch) => h("option", { value: batch.id }, t("organiser.pool.option", { product: names.get(batch.product) ?? batch.product, project: batch.project_name, left: mass(batch.grams_left) }))));
  if (free.some((batch) => batch.id === chosen)) byId("pool-batch").value = chosen;
  byId("pool-send").disabled = free.length === 0;
  if (free.length === 0) tell(byId("pool-told"), t("organiser.pool.empty"));
}

function productRow(/** @type {ItemOf<"/v1/products">} */ product) {
  const price = product.price ? `${plain(product.price.yuan_per_t_min)}–${plain(product.price.yuan_per_t_max)}` : t("organiser.untold");
  return h("tr", { "data-product": product.code }, h("td", {}, plain(product.preference)), h("th", { scope: "row" }, either(product.name), product.warning ? h("small", { class: "product-warning" }, either(product.warning)) : null), h("td", { class: "num" }, product.is_in_stock ? mass(product.stock.grams) : t("organiser.pool.none")), h("td", { class: "num" }, price));
}

export function startPool(/** @type {Desk} */ desk, /** @type {() => unknown} */ onAssigned) {
  const assign = async () => {
    // Not repeated by itself: an answer that was lost on the way may have assigned its grams.
    const pool = await desk.post(desk.path("/pools"), { batch_id: byId("pool-batch").value, grams: Math.round(Number(byId("pool-kg").value) * KG_G) });
    byId("pool-kg").value = "";
    await readPool(desk);
    onAssigned();
    const warnings = pool.warnings.map((warning) => either(warning.text));
    return [t("organiser.pool.assigned", { grams: mass(pool.grams), from: count(pool.serial_from), to: count(pool.serial_to) }), ...warnings].join(" ");
  };
  onSend(desk, byId("pool-form"), assign, { lines: lineOf(byId("pool-told")) });
}
