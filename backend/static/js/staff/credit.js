// Ratings at the desk: members see each point explained and owners object; operators decide objections.
import { byId, h, tell } from "../shared/dom.js";
import { dayOf, either, momentOf, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";

const PAGE = 20;
const REASON_CHARS_MAX = 2000;
/** @typedef {AnswerOf<"/v1/organisations/{code}/credit">} Credit */
/** @typedef {ItemOf<"/v1/credit-objections">} Objection */

const session = new Session("staff");
/** @type {Schema<"OrganisationMembership">[]} */
let own = [];
/** @type {string | null} */
let cursor = null;
const signIn = new StaffSignIn(session, byId("credit-panel"), { onOpen: open });
byId("credit-choice").addEventListener("change", () => guarded(showRating));
byId("more").addEventListener("click", () => guarded(() => loadObjections(false)));
signIn.start();

function role() {
  return session.tokens?.staff?.role ?? "";
}

/** @param {() => Promise<void>} work */
async function guarded(work) {
  tell(byId("credit-notice"), "");
  try {
    await work();
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("credit-notice"), explain(error));
  }
}

async function open() {
  await guarded(async () => {
    own = role() === "organiser" || role() === "verifier" ? (await session.ask("/v1/staff/me/organisations")).items : [];
    byId("rating-part").hidden = own.length === 0;
    byId("credit-choice").replaceChildren(...own.map(({ organisation }) => h("option", { value: organisation.code }, either(organisation.name))));
    await Promise.all([own.length ? showRating() : undefined, loadObjections(true)]);
  });
}

async function showRating() {
  const code = byId("credit-choice").value;
  const found = await session.ask(`/v1/organisations/${encodeURIComponent(code)}/credit`);
  const rated = found.stars ? [h("p", { class: "lead" }, h("span", { role: "img", "aria-label": t("credit.stars", { n: found.stars }) }, "★".repeat(found.stars) + "☆".repeat(5 - found.stars)), ` ${found.score} / 100`)] : [h("p", {}, t(`credit.not_rated.${found.not_rated ?? "not_computed"}`))];
  byId("rating").replaceChildren(h("h2", {}, either(found.name)), ...rated, found.as_of ? h("p", { class: "note" }, `${t("credit.as_of", { day: dayOf(found.as_of) })} · ${t("credit.criteria")} ${found.criteria_version}`) : "", ...found.limits.map((each) => h("p", { class: "notice" }, t("credit.limit", { why: either(each.name), n: each.stars_max }))), h("p", {}, h("a", { href: `/organisations/${encodeURIComponent(found.code)}/credit` }, t("credit.page"))));
  const isOwner = own.some(({ organisation, duties }) => organisation.code === code && duties.includes("owner"));
  byId("points").replaceChildren(...found.points.map((point) => pointCard(found, point, isOwner)));
}

/** @param {Credit} credit @param {Credit["points"][number]} point @param {boolean} isOwner */
function pointCard(credit, point, isOwner) {
  const counted = point.of === null ? t("credit.counted", { n: point.value }) : t("credit.counted_of", { n: point.value, of: point.of });
  const source = point.source.is_assumption ? t("credit.assumption") : point.source.title;
  const object = isOwner && point.objection !== "open" ? reasoned(`object-${point.criterion}`, [["credit_desk.object", (reason) => objectTo(credit.code, point.criterion, reason)]]) : "";
  return h("li", { class: "card review", "data-criterion": point.criterion }, h("div", { class: "review-body" }, h("div", { class: "card-head" }, h("h3", {}, either(point.name)), h("strong", {}, `${point.points} / ${point.weight}`)), h("p", { class: "note" }, `${either(point.about)} ${counted} ${source}`), point.objection ? h("p", {}, h("strong", {}, t(`credit.objection.${point.objection}`))) : "", object));
}

/** @param {string} code @param {string} criterion @param {string} reason */
async function objectTo(code, criterion, reason) {
  await session.ask(`/v1/organisations/${encodeURIComponent(code)}/credit/objections`, { method: "POST", body: { criterion, reason } });
  tell(byId("credit-done"), t("credit_desk.sent"));
  await Promise.all([showRating(), loadObjections(true)]);
}

async function loadObjections(/** @type {boolean} */ isFresh) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!isFresh && cursor) query.set("cursor", cursor);
  const page = await session.ask(`/v1/credit-objections?${query}`);
  if (isFresh) byId("objections").replaceChildren();
  byId("objections").append(...page.items.map(objectionCard));
  cursor = page.next_cursor;
  byId("more").hidden = cursor === null;
  byId("objections-empty").hidden = byId("objections").children.length > 0;
}

/** @param {Objection} found */
function objectionCard(found) {
  const state = found.decision ?? "open";
  const decided = found.decision ? h("p", { class: "note" }, `${momentOf(found.decided_at ?? "")}: ${found.decision_reason}${found.corrected ? ` (${t("credit_desk.corrected", { n: found.corrected })})` : ""}`) : "";
  return h("li", { class: "card review", "data-objection": found.id, "data-state": state }, h("div", { class: "review-body" }, h("div", { class: "card-head" }, h("h3", {}, h("a", { href: `/organisations/${encodeURIComponent(found.organisation)}/credit` }, either(found.organisation_name))), h("span", { class: "chip" }, t(`credit_desk.state.${state}`))), h("p", { class: "note" }, `${t(`credit_desk.criterion.${found.criterion}`)} · ${momentOf(found.filed_at)}`), h("p", {}, found.reason), decided, found.decision === null && role() === "operator" ? decision(found) : ""));
}

/** @param {Objection} found */
function decision(found) {
  const by = h("input", { class: "input small", type: "number", min: 0, max: 10_000, step: 1, value: "1", id: `by-${found.id}` });
  const send = async (/** @type {"upheld" | "rejected"} */ verb, /** @type {string} */ reason) => {
    const corrected = verb === "upheld" ? Number(by.value) : 0;
    await session.ask(`/v1/credit-objections/${encodeURIComponent(found.id)}/decision`, { method: "POST", body: { decision: verb, reason, corrected } });
    tell(byId("credit-done"), t("credit_desk.decided"));
    await loadObjections(true);
  };
  return h(
    "div",
    {},
    h("label", { for: `by-${found.id}` }, t("credit_desk.by")),
    by,
    reasoned(`decide-${found.id}`, [
      ["credit_desk.uphold", (reason) => send("upheld", reason)],
      ["credit_desk.reject", (reason) => send("rejected", reason)],
    ]),
  );
}

/** A reason with the buttons that need it. @param {string} id @param {["credit_desk.object" | "credit_desk.uphold" | "credit_desk.reject", (reason: string) => Promise<void>][]} ways */
function reasoned(id, ways) {
  const reason = h("textarea", { class: "input", id, rows: 2, maxlength: REASON_CHARS_MAX });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const buttons = ways.map(([key, act]) => h("button", { class: "button tiny", type: "button", "data-act": key, onclick: () => press(act) }, t(key)));
  /** @param {(reason: string) => Promise<void>} act */
  async function press(act) {
    tell(refused, "");
    if (!reason.value.trim()) {
      tell(refused, t("credit_desk.reason.first"));
      reason.focus();
      return;
    }
    for (const button of buttons) button.disabled = true;
    try {
      await act(reason.value.trim());
    } catch (error) {
      tell(refused, explain(error));
      for (const button of buttons) button.disabled = false;
    }
  }
  return h("div", { class: "review-decision" }, h("label", { for: id }, t("credit_desk.reason")), reason, refused, h("div", { class: "buttons" }, buttons));
}
