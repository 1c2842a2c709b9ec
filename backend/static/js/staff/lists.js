// The lists at the supervising authority's desk: cases, proposals, confirmations, removals, appeals.
import { ask } from "../shared/api.js";
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { count, dayOf, either, momentOf, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { typedCode } from "../shared/typed_text.js";
import { entryCard } from "./list_entry.js";

const PAGE = 20;

const session = new Session("staff");
/** @type {Map<string, ItemOf<"/v1/negative-rules">>} */
const rules = new Map();
/** @type {string | null} */
let cursor = null;

byId("again").addEventListener("click", () => load());
byId("more").addEventListener("click", () => loadEntries(false));
byId("propose").addEventListener("submit", propose);

const signIn = new StaffSignIn(session, byId("lists-panel"), { onOpen: open });
signIn.start();

async function open() {
  if (rules.size === 0) {
    for (const rule of (await ask("/v1/negative-rules")).items) {
      rules.set(rule.code, rule);
      byId("rule").append(h("option", { value: rule.code }, either(rule.name)));
    }
  }
  await load();
}

async function load() {
  tell(byId("lists-notice"), "");
  try {
    await Promise.all([loadCases(), loadCandidates(), loadEntries(true)]);
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("lists-notice"), explain(error));
  }
}

async function loadCases() {
  const { items } = await session.ask(`/v1/staff/list-cases?${new URLSearchParams({ limit: String(PAGE) })}`);
  byId("cases").replaceChildren(...items.map(caseCard));
  byId("cases-empty").hidden = items.length > 0;
}

async function loadCandidates() {
  const { items } = await session.ask(`/v1/evaluation/green-candidates?${new URLSearchParams({ limit: String(PAGE) })}`);
  byId("candidates").replaceChildren(...items.map(candidateCard));
  byId("candidates-empty").hidden = items.length > 0;
}

/** An organisation that the criteria would have on the green list; a person proposes it. @param {ItemOf<"/v1/evaluation/green-candidates">} found */
function candidateCard(found) {
  const rating = t("lists.candidate.rating", { stars: found.stars, score: found.score, version: found.criteria_version, day: dayOf(found.as_of) });
  const enter = h("button", { class: "button", type: "button", "data-act": "propose" }, t("lists.candidate.propose"));
  enter.addEventListener("click", () => {
    byId("list").value = "green";
    byId("rule").value = "";
    byId("organisation").value = found.code;
    byId("case").value = "";
    byId("evidence").value = rating;
    byId("reference").value = `/organisations/${found.code}/credit`;
    tell(byId("case-told"), "");
    byId("reason").focus();
  });
  return h("li", { class: "card review", "data-candidate": found.code }, h("div", { class: "review-body" }, h("h3", {}, h("a", { href: `/organisations/${found.code}/credit` }, either(found.name))), h("p", { class: "note" }, `${found.code} · ${rating}`), h("div", { class: "buttons" }, enter)));
}

async function loadEntries(/** @type {boolean} */ isFresh) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!isFresh && cursor) query.set("cursor", cursor);
  const page = await session.ask(`/v1/staff/list-entries?${query}`);
  const cards = page.items.map((entry) => entryCard(session, entry, load));
  if (isFresh) byId("entries").replaceChildren(...cards);
  else byId("entries").append(...cards);
  cursor = page.next_cursor;
  byId("more").hidden = cursor === null;
  byId("entries-empty").hidden = byId("entries").children.length > 0;
}

function caseCard(/** @type {ItemOf<"/v1/staff/list-cases">} */ found) {
  const rule = rules.get(found.rule);
  const facts = Object.entries(found.facts).map(([key, value]) => h("div", {}, h("dt", {}, t(`lists.fact.${key}`)), h("dd", {}, said(value))));
  const reason = h("input", { class: "input", maxlength: 400, "aria-label": t("lists.dismiss.reason"), placeholder: t("lists.dismiss.reason"), autocomplete: "off" });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const enter = h("button", { class: "button primary", type: "button", "data-act": "enter" }, t("lists.enter"));
  enter.addEventListener("click", () => fillIn(found));
  const dismiss = h("button", { class: "button", type: "button", "data-act": "dismiss" }, t("lists.dismiss"));
  dismiss.addEventListener("click", async () => {
    if (!reason.value.trim()) return tell(refused, t("lists.reason.missing"));
    dismiss.disabled = true;
    try {
      await session.ask(`/v1/list-cases/${found.id}/dismissal`, { method: "POST", body: { reason: reason.value.trim() } });
      await load();
    } catch (error) {
      tell(refused, explain(error));
      dismiss.disabled = false;
    }
  });
  return h(
    "li",
    { class: "card review", "data-case": found.id },
    h(
      "div",
      { class: "review-body" },
      h("div", { class: "card-head" }, h("h3", {}, rule ? either(rule.name) : found.rule), h("span", { class: "note" }, momentOf(found.found_at))),
      h("p", {}, found.organisation ? `${either(found.organisation.name)} (${found.organisation.code})` : t("lists.cases.nobody")),
      h("dl", { class: "facts" }, facts),
      h("div", { class: "review-decision" }, reason, refused, h("div", { class: "buttons" }, enter, dismiss)),
    ),
  );
}

/** @param {unknown} value */
function said(value) {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "number" ? count(value) : String(value);
}

/** A case fills the proposal's form; a person still says why. @param {ItemOf<"/v1/staff/list-cases">} found */
function fillIn(found) {
  byId("list").value = "negative";
  byId("rule").value = found.rule;
  byId("organisation").value = found.organisation?.code ?? "";
  byId("case").value = found.id;
  byId("evidence").value = t("lists.case.evidence", { day: momentOf(found.found_at) });
  tell(byId("case-told"), t("lists.case.chosen"));
  byId("reason").focus();
}

async function propose(/** @type {SubmitEvent} */ event) {
  event.preventDefault();
  const form = valuesOf(byId("propose"));
  byId("propose-send").disabled = true;
  tell(byId("propose-refused"), "");
  try {
    await session.ask(`/v1/lists/${encodeURIComponent(form.list)}/entries`, {
      method: "POST",
      body: {
        organisation: typedCode(form.organisation),
        reason: form.reason.trim(),
        rule: form.rule || null,
        evidence: [{ title: form.evidence.trim(), reference: form.reference.trim() || null, is_public: byId("is-public").checked }],
        publisher: /** @type {"ecology_environment"} */ (form.publisher),
        valid_to: form.valid_to || null,
        case: form.case || null,
      },
    });
    byId("propose").reset();
    byId("case").value = "";
    tell(byId("case-told"), "");
    await load();
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("propose-refused"), explain(error));
  } finally {
    byId("propose-send").disabled = false;
  }
}
