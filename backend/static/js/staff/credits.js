// The operators' page of credit batches: entered with the registry's proof, compared with it by somebody else, confirmed.
import { ask } from "../shared/api.js";
import { byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { explain, explainOnce } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { upload } from "../shared/upload.js";
import { waitIn } from "../shared/wait_notice.js";
import { card } from "./credit_card.js";
import { count, either, t } from "../shared/i18n.js";

const PAGE = 20;
const NUMBERS = ["vintage", "quantity_t", "price_per_t"];
// What a product asks for, as the fields of the form that tell it; what has no field is named beside the list.
/** @type {Record<string, string[]>} */
const FIELDS_OF = { registry_serials: ["registry_serial_from"], project: ["project"], proof: [] };

const session = new Session("staff");
/** @type {Map<string, ItemOf<"/v1/products">>} */
const products = new Map();
/** @type {string | null} */
let cursor = null;
const onWait = waitIn(byId("credits-notice"));

byId("status").addEventListener("change", () => load(true));
byId("again").addEventListener("click", () => load(true));
byId("more").addEventListener("click", () => load(false));
byId("product").addEventListener("change", showAsked);
byId("batch-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  enter();
});

const signIn = new StaffSignIn(session, byId("credits-panel"), { onOpen: open });
signIn.start();

async function open() {
  try {
    if (products.size === 0) {
      const { items } = await patiently(() => ask("/v1/products"), { onWait });
      for (const product of items) products.set(product.code, product);
      byId("product").replaceChildren(...items.map((product) => h("option", { value: product.code }, either(product.name))));
      showAsked();
    }
  } catch (error) {
    fail(error);
  }
  await load(true);
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("credits-notice"), explain(error));
}

async function load(/** @type {boolean} */ isFresh) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (byId("status").value) query.set("status", byId("status").value);
  if (!isFresh && cursor) query.set("cursor", cursor);
  try {
    const page = await patiently(() => session.ask(`/v1/credit-batches?${query}`), { onWait });
    tell(byId("credits-notice"), "");
    const cards = page.items.map(shown);
    if (isFresh) byId("batches").replaceChildren(...cards);
    else byId("batches").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("credits-empty").hidden = byId("batches").children.length > 0;
  } catch (error) {
    fail(error);
  }
}

/** @param {ItemOf<"/v1/credit-batches">} batch @returns {HTMLElement} */
function shown(batch) {
  const item = card(batch, { session, nameOf, isSignedOut: (error) => signIn.isSignedOut(error), onChange: (changed, said) => item.replaceWith(withWord(changed, said)) });
  return item;
}

/** A batch after something was done to it, with a sentence that says what. @param {ItemOf<"/v1/credit-batches">} batch @param {string} said */
function withWord(batch, said) {
  const item = shown(batch);
  item.append(h("p", { class: "note said", role: "status" }, said));
  return item;
}

const nameOf = (/** @type {string} */ product) => either(products.get(product)?.name) || product;

function showAsked() {
  const asked = products.get(byId("product").value)?.requires ?? [];
  const names = asked.map((name) => (name in FIELDS_OF ? t(`credits.needs.${name}`) : t(`credits.field.${name}`)));
  byId("asked").textContent = names.length > 0 ? t("credits.asked", { names: names.join(t("credits.comma")) }) : t("credits.asked.none");
  const marked = new Set(asked.flatMap((name) => FIELDS_OF[name] ?? [name]));
  for (const mark of byId("batch-form").querySelectorAll("[data-mark]")) {
    const field = mark.closest(".field")?.querySelector("input");
    if (field && !field.required) mark.textContent = marked.has(field.name) ? t("credits.wanted") : "";
  }
}

async function enter() {
  const form = byId("batch-form");
  const told = Object.entries(valuesOf(form)).filter(([, value]) => value.trim() !== "");
  /** @type {any} */
  const body = Object.fromEntries(told.map(([name, value]) => [name, NUMBERS.includes(name) ? Number(value) : value.trim()]));
  const send = byId("enter-send");
  send.disabled = true;
  tell(byId("enter-refused"), "");
  tell(byId("entered"), "");
  try {
    const made = await session.ask("/v1/credit-batches", { method: "POST", body });
    const facts = { name: made.project_name, tonnes: count(made.quantity_t) };
    const said = t(made.status === "awaiting_confirmation" ? "credits.entered.waits" : "credits.entered", facts);
    const why = await sendProof(made.id);
    if (why) tell(byId("enter-refused"), t("credits.proof.later", { why }));
    form.reset();
    fieldOf(form, "product").value = made.product;
    tell(byId("entered"), said);
    await load(true);
  } catch (error) {
    // What was typed stays where it is.
    if (!signIn.isSignedOut(error)) tell(byId("enter-refused"), explainOnce(error));
  } finally {
    send.disabled = false;
  }
}

/** Send the chosen proof of a batch that was entered; says why it was not taken. @param {string} id */
async function sendProof(id) {
  const [file] = byId("proof").files ?? [];
  if (!file) return "";
  const progress = byId("proof-progress");
  progress.hidden = false;
  try {
    await upload(session, `/v1/credit-batches/${id}/proof`, file, (share) => (progress.value = share), "application/pdf");
    return "";
  } catch (error) {
    return explain(error);
  } finally {
    progress.hidden = true;
  }
}
