// The verifiers' desk: the events that an organisation verifies, and of one the account item by item.
import { all, byId, fieldOf, first, h, tell, valuesOf } from "../shared/dom.js";
import { count, either, mass, momentOf, plain, t, word } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { fileButton, itemCard } from "./verification_item.js";

/** @typedef {Schema<"VerificationView">} Verification */

const PAGE = 20;
const session = new Session("staff");
const signIn = new StaffSignIn(session, byId("verification-panel"), { onOpen: show });
/** Whether items that are reviewed are left out. */
let isOpenOnly = false;
/** The verification in view. @type {Verification | null} */
let shown = null;

window.addEventListener("hashchange", show);
byId("verifications-more").addEventListener("click", () => guard(() => readList(byId("verifications-more").dataset.cursor)));
byId("opinion-form").addEventListener("submit", sign);
signIn.start();

/** @param {() => Promise<void>} work */
async function guard(work) {
  tell(byId("verification-notice"), "");
  try {
    await work();
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("verification-notice"), explain(error));
  }
}

async function show() {
  const id = location.hash.slice(1);
  byId("verification-list").hidden = id !== "";
  byId("verification-one").hidden = true;
  shown = null;
  await guard(id ? () => readOne(id) : () => readList());
}

/** @param {string} [cursor] */
async function readList(cursor) {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor ? { cursor } : {}) });
  const { items, next_cursor: next } = await session.ask(`/v1/verifications?${query}`);
  const list = byId("verifications");
  if (!cursor) list.replaceChildren(...(items.length ? [] : [h("li", { class: "notice calm" }, t("verification.list.none"))]));
  list.append(...items.map(row));
  byId("verifications-more").hidden = !next;
  byId("verifications-more").dataset.cursor = next ?? "";
}

/** @param {ItemOf<"/v1/verifications">} each */
function row(each) {
  const state = each.ended_at ? t("verification.ended") : each.is_signed ? t("verification.signed") : word("state", each.state);
  return h(
    "li",
    { class: "card review", "data-verification": each.slug },
    h(
      "div",
      { class: "review-body" },
      h("div", { class: "card-head" }, h("h3", {}, either(each.event)), h("span", { class: "chip" }, state)),
      h("p", { class: "note" }, `${either(each.organisation.name)} · ${momentOf(each.attached_at)}`),
      each.open_questions ? h("p", { class: "note" }, t("verification.questions.open", { count: count(each.open_questions) })) : "",
      each.ended_at ? "" : h("div", { class: "buttons" }, h("a", { class: "button primary tiny", href: `#${each.id}` }, t("verification.title"))),
    ),
  );
}

/** @param {string} id */
async function readOne(id) {
  draw(await session.ask(`/v1/verifications/${encodeURIComponent(id)}`));
  byId("verification-title").focus();
}

/** @param {Verification} found */
function draw(found) {
  const isFirst = shown === null;
  shown = found;
  byId("verification-one").hidden = false;
  byId("verification-head").replaceChildren(head(found));
  drawItems(found);
  const rows = found.people.strata.map((each) => h("tr", {}, h("td", {}, each.name ? either(each.name) : each.category), h("td", { class: "num" }, count(each.people)), h("td", { class: "num" }, count(each.scanned)), h("td", { class: "num" }, mass(each.scanned_g + each.filled_g))));
  first("tbody", byId("verification-strata")).replaceChildren(...rows);
  byId("verification-credits").replaceChildren(...(found.batches.length ? found.batches.map(batch) : [h("li", { class: "note" }, t("verification.credits.none"))]));
  byId("verification-opinion").replaceChildren(...opinion(found));
  const form = byId("opinion-form");
  form.hidden = !(found.is_signable && found.may_review);
  if (isFirst) fieldOf(form, "threshold_pct").value = String(found.threshold_pct);
  fieldOf(form, "threshold_pct").max = String(found.threshold_pct);
}

/** @param {Verification} found */
function head(found) {
  const { progress } = found;
  const told = t("verification.progress", { percent: plain(progress.confirmed_pct), items: count(progress.items), open: count(progress.open) });
  const bar = h("progress", { class: "wide-progress", max: "100", value: String(progress.confirmed_pct), "aria-label": t("verification.progress.label") });
  const only = h("input", { type: "checkbox", id: "open-only", checked: isOpenOnly });
  only.addEventListener("change", () => {
    isOpenOnly = only.checked;
    drawItems(found);
  });
  return h(
    "section",
    { class: "card" },
    h("div", { class: "card-head" }, h("h2", {}, either(found.event)), h("span", { class: "chip" }, word("state", found.state))),
    h("p", { role: "status", id: "progress-told" }, told),
    bar,
    h("dl", { class: "facts" }, h("div", {}, h("dt", {}, t("verification.account")), h("dd", {}, `${mass(found.estimate_g)} (${mass(found.low_g)} – ${mass(found.high_g)}) · ${found.factor_set}`))),
    h("p", { class: "note" }, t("verification.sample")),
    h("label", { class: "choice" }, only, t("verification.only.open")),
    found.may_review ? "" : h("p", { class: "notice calm" }, t("verification.cannot")),
  );
}

/** @param {Verification} found */
function drawItems(found) {
  const items = isOpenOnly ? found.items.filter((each) => each.finding === null) : found.items;
  byId("verification-items").replaceChildren(...items.map((item) => itemCard(session, found, item, draw)));
}

/** @param {Schema<"RetiredBatch">} each */
function batch(each) {
  const proof = each.proof_url ? fileButton(session, each.proof_url, `${each.retirement_ref}.pdf`, t("verification.credits.proof")) : h("span", { class: "note" }, t("verification.credits.unproven"));
  return h("li", { class: "entry" }, h("div", {}, h("p", { class: "entry-name" }, `${each.project} · ${each.vintage}`), h("small", {}, `${each.registry ?? ""} ${each.retirement_ref} · ${mass(each.retired_g)}`)), h("div", { class: "entry-buttons" }, proof));
}

/** What the verifier signed last. @param {Verification} found */
function opinion(found) {
  const signed = found.verifier.opinion;
  if (!signed) return [];
  return [
    h(
      "section",
      { class: "card desk-gap", "data-opinion": signed.opinion },
      h("div", { class: "card-head" }, h("h2", {}, t("verification.signed")), h("span", { class: "chip", "data-state": signed.is_current ? "posted" : "rejected" }, t(signed.is_current ? "verification.current" : "verification.outdated"))),
      h("p", {}, `${t(`verification.opinion.${signed.opinion}`)} · ${t(`verification.assurance.${signed.assurance}`)} · ${momentOf(signed.signed_at)}`),
      h("p", {}, either(signed.statement)),
      h("div", { class: "buttons" }, fileButton(session, signed.report_url, `${found.slug}.pdf`, t("verification.report"))),
    ),
  ];
}

/** @param {Event} submitted */
async function sign(submitted) {
  submitted.preventDefault();
  if (shown === null) return;
  const id = shown.id;
  const [button] = all("button", byId("opinion-form"));
  const { zh, en, threshold_pct: threshold, opinion: said, assurance } = valuesOf(byId("opinion-form"));
  button.disabled = true;
  tell(byId("opinion-refused"), "");
  try {
    const statement = { "zh-CN": zh.trim(), en: en.trim() };
    await session.ask(`/v1/verifications/${id}/opinion`, { method: "POST", body: /** @type {any} */ ({ opinion: said, assurance, statement, threshold_pct: Number(threshold) }) });
    draw(await session.ask(`/v1/verifications/${id}`));
    byId("verification-opinion").scrollIntoView({ block: "nearest" });
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("opinion-refused"), explain(error));
  } finally {
    button.disabled = false;
  }
}
