// Operators review organisations: applications, true codes, licences; they suspend, resume and close.
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { factsOf, licenceList, nameOf, stateChip } from "../shared/organisation_facts.js";
import { explain, explainOnce } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { typedWords } from "../shared/typed_text.js";
import { waitIn } from "../shared/wait_notice.js";

/** @typedef {Schema<"OrganisationItem">} Item */
const PAGE = 20;
const REASON_CHARS_MAX = 400;
const session = new Session("staff");
const onWait = waitIn(byId("organisations-notice"));
/** @type {string | null} */
let cursor = null;
let asked = 0;

byId("search").addEventListener("submit", (/** @type {SubmitEvent} */ submitted) => {
  submitted.preventDefault();
  load(true);
});
byId("show").addEventListener("change", () => load(true));
byId("more").addEventListener("click", () => load(false));
const signIn = new StaffSignIn(session, byId("organisations-panel"), { onOpen: () => load(true) });
signIn.start();

async function load(/** @type {boolean} */ isFresh) {
  const { show, query, kind } = valuesOf(byId("search"));
  const wanted = new URLSearchParams({ limit: String(PAGE) });
  if (show === "applied") wanted.set("state", show);
  else if (show !== "all") wanted.set("waits", show);
  for (const [name, value] of Object.entries({ query: typedWords(query), kind })) if (value) wanted.set(name, value);
  if (!isFresh && cursor) wanted.set("cursor", cursor);
  const mine = (asked += isFresh ? 1 : 0);
  tell(byId("organisations-notice"), "");
  try {
    const page = await patiently(() => session.ask(/** @type {"/v1/staff/organisations"} */ (`/v1/staff/organisations?${wanted}`)), { onWait });
    if (mine !== asked) return;
    const cards = page.items.map(card);
    if (isFresh) byId("organisations").replaceChildren(...cards);
    else byId("organisations").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("organisations-empty").hidden = byId("organisations").children.length > 0;
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("organisations-notice"), explain(error));
  }
}

/** @param {Item} item @returns {HTMLElement} */
function card(item) {
  const { organisation } = item;
  const more = [
    ...(item.wanted_username ? [[t("org_review.username"), item.wanted_username]] : []),
    ...(item.wanted_code ? [[t("org_review.told"), item.wanted_code]] : []),
  ];
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const reason = h("input", { class: "input", maxlength: REASON_CHARS_MAX, "aria-label": t("org_desk.reason"), placeholder: t("org_desk.reason") });
  const path = `/v1/organisations/${organisation.code}`;
  /** @param {string} label @param {string} to @param {object} body @param {boolean} [isFirst] */
  const act = (label, to, body, isFirst = false) => {
    const button = h("button", { class: isFirst ? "button primary tiny" : "button tiny", type: "button", "data-act": label }, t(label));
    button.addEventListener("click", async () => {
      if (!reason.value.trim()) {
        tell(refused, t("org_desk.reason.missing"));
        return;
      }
      button.disabled = true;
      tell(refused, "");
      try {
        const changed = await session.ask(/** @type {string} */ (`${path}/${to}`), { method: "POST", body: { ...body, reason: reason.value.trim() } });
        // A licence's answer is the organisation alone.
        shown.replaceWith(card("organisation" in changed ? changed : { ...item, organisation: changed }));
      } catch (error) {
        button.disabled = false;
        if (!signIn.isSignedOut(error)) tell(refused, explainOnce(error));
      }
    });
    return button;
  };
  const isOperator = session.tokens?.staff?.role === "operator";
  const buttons = [
    ...(organisation.state === "applied" ? [act("org_review.accept", "review", { decision: "accepted" }, true), act("org_review.reject", "review", { decision: "rejected" })] : []),
    ...(item.wanted_code ? [act("org_review.code.accept", "code/review", { decision: "accepted" }, true), act("org_review.code.reject", "code/review", { decision: "rejected" })] : []),
    ...(organisation.state === "active" ? [act("org_review.suspend", "state", { to: "suspended" })] : []),
    ...(organisation.state === "suspended" ? [act("org_review.resume", "state", { to: "active" })] : []),
    ...(["active", "suspended"].includes(organisation.state) ? [act("org_review.close", "state", { to: "closed" })] : []),
  ];
  const licences = licenceList(organisation.licences, (licence) => {
    if (!isOperator || licence.revoked_at) return null;
    const confirm = licence.is_confirmed ? [] : [act("org_desk.licence.confirm", `licences/${licence.id}/confirmation`, {}, true)];
    return h("div", { class: "buttons" }, confirm, act("org_desk.licence.revoke", `licences/${licence.id}/revocation`, {}));
  });
  const shown = h(
    "li",
    { class: "card", "data-code": organisation.code },
    h("div", { class: "card-head" }, h("h2", {}, nameOf(organisation)), stateChip(organisation.state)),
    ...(organisation.state_why ? [h("p", { class: "notice" }, t("organisations.why", { why: organisation.state_why }))] : []),
    factsOf(organisation),
    more.length ? h("dl", { class: "facts" }, more.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))) : null,
    organisation.licences.length ? licences : null,
    item.listed_namesakes.length ? h("p", { class: "notice" }, t("org_review.namesakes", { codes: item.listed_namesakes.join(", ") })) : null,
    item.is_applied_by_caller ? h("p", { class: "note" }, t("org_review.own")) : null,
    isOperator ? reason : null,
    refused,
    isOperator ? h("div", { class: "buttons" }, buttons) : null,
  );
  return shown;
}
