// The desk of releases: what is due is released, an organisation's figures are published, corrections are decided.
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { momentOf, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { typedCode } from "../shared/typed_text.js";
import { waitIn } from "../shared/wait_notice.js";

/** @typedef {Schema<"CorrectionView">} Correction */
const PAGE = 20;
const CHANGES_SHOWN = 30;

const session = new Session("staff");
const onWait = waitIn(byId("disclosures-notice"));
/** @type {string | null} */
let cursor = null;

const signIn = new StaffSignIn(session, byId("disclosures-panel"), { onOpen: open });
onSubmit("period", (typed) => session.ask("/v1/disclosures", { method: "POST", body: { period: typedCode(typed.period) } }));
onSubmit("organisation", (typed) => {
  const { organisation, period_from, period_to, zh, en } = typed;
  return session.ask("/v1/organisation-disclosures", { method: "POST", body: { organisation: typedCode(organisation), period_from, period_to, boundary: { "zh-CN": zh.trim(), en: en.trim() } } });
});
onSubmit("propose", async (typed) => {
  const number = encodeURIComponent(typedCode(typed.number));
  await session.ask(`/v1/disclosures/${number}/corrections`, { method: "POST", body: { reason: typed.reason.trim() } });
  await load(true);
  return null;
});
byId("more").addEventListener("click", () => load(false));
for (const button of document.querySelectorAll("[data-scheme]")) button.addEventListener("click", () => download(/** @type {HTMLButtonElement} */ (button)));
signIn.start();

async function open() {
  const role = session.tokens?.staff?.role ?? "";
  const isWatching = ["operator", "regulator"].includes(role);
  byId("period").hidden = byId("propose").hidden = role !== "operator";
  byId("organisation").hidden = !["operator", "organiser"].includes(role);
  byId("indicators").hidden = byId("proposed").hidden = !isWatching;
  if (isWatching) await load(true);
}

/**
 * @param {"period" | "organisation" | "propose"} name
 * @param {(typed: Record<string, string>) => Promise<Schema<"DisclosureNumber"> | null>} send
 */
function onSubmit(name, send) {
  const form = /** @type {HTMLFormElement} */ (/** @type {HTMLElement} */ (byId(`${name}-form`)));
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    button.disabled = true;
    tell(byId(`${name}-refused`), "");
    try {
      const found = await send(valuesOf(form));
      form.reset();
      if (found) showReleased(found.number);
    } catch (error) {
      if (!signIn.isSignedOut(error)) tell(byId(`${name}-refused`), explain(error));
    } finally {
      button.disabled = false;
    }
  });
}

function showReleased(/** @type {string} */ number) {
  byId("released").replaceChildren(t("disclosure_desk.released"), " ", link(number));
  byId("released").hidden = false;
}

function link(/** @type {string} */ number) {
  return h("a", { href: `/disclosures/${encodeURIComponent(number)}` }, number);
}

async function load(/** @type {boolean} */ isFresh) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!isFresh && cursor) query.set("cursor", cursor);
  try {
    const page = await patiently(() => session.ask(`/v1/disclosure-corrections?${query}`), { onWait });
    const cards = page.items.map(card);
    if (isFresh) byId("proposals").replaceChildren(...cards);
    else byId("proposals").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("proposals-empty").hidden = byId("proposals").children.length > 0;
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("disclosures-notice"), explain(error));
  }
}

/** @param {Correction} proposal @returns {HTMLElement} */
function card(proposal) {
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const changes = h("div", { class: "changes" });
  const item = h(
    "li",
    { class: "card account-card", "data-proposal": proposal.id, "data-decision": proposal.decision ?? "" },
    h("div", { class: "card-head" }, h("h2", {}, link(proposal.number))),
    h("p", {}, proposal.reason),
    h("p", { class: "note" }, t("disclosure_desk.proposed", { name: proposal.proposed_by, at: momentOf(proposal.proposed_at) })),
    changes,
    refused,
    proposal.decision ? decided(proposal) : session.tokens?.staff?.role === "operator" ? h("div", { class: "buttons" }, button("confirmed"), button("rejected")) : null,
  );
  if (!proposal.decision) showChanges();
  return item;

  async function showChanges() {
    try {
      const { changes: found } = await session.ask(`/v1/disclosure-corrections/${proposal.id}`);
      const rows = (found ?? []).slice(0, CHANGES_SHOWN).map((each) => h("tr", {}, h("td", {}, each.figure), h("td", {}, String(each.before ?? "–")), h("td", {}, String(each.after ?? "–"))));
      changes.replaceChildren(h("h3", {}, t("disclosure_desk.changes")), rows.length ? h("div", { class: "scroll" }, h("table", { class: "table compact" }, h("tbody", {}, ...rows))) : h("p", { class: "note" }, t("disclosure_desk.changes.none")));
    } catch (error) {
      if (!signIn.isSignedOut(error)) tell(refused, explain(error));
    }
  }

  /** @param {"confirmed" | "rejected"} decision */
  function button(decision) {
    const label = t(decision === "confirmed" ? "disclosure_desk.confirm" : "disclosure_desk.reject");
    const made = /** @type {HTMLButtonElement} */ (h("button", { class: "button tiny", type: "button", "data-decide": decision }, label));
    made.addEventListener("click", async () => {
      made.disabled = true;
      tell(refused, "");
      try {
        const found = await session.ask(`/v1/disclosure-corrections/${proposal.id}/decision`, { method: "POST", body: { decision } });
        item.replaceWith(card(found));
        if (found.published) showReleased(found.published);
      } catch (error) {
        made.disabled = false;
        if (!signIn.isSignedOut(error)) tell(refused, explain(error));
      }
    });
    return made;
  }
}

/** @param {Correction} proposal */
function decided(proposal) {
  const said = t(proposal.decision === "confirmed" ? "disclosure_desk.decided.confirmed" : "disclosure_desk.decided.rejected", { name: proposal.decided_by ?? "" });
  return h("p", { class: "note" }, said, " ", proposal.published ? link(proposal.published) : null);
}

async function download(/** @type {HTMLButtonElement} */ button) {
  button.disabled = true;
  try {
    const scheme = button.dataset.scheme ?? "";
    save(await fetchFile(session, `/v1/exports/indicators?scheme=${scheme}`, "text/csv"), `indicators-${scheme}.csv`);
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("disclosures-notice"), explain(error));
  } finally {
    button.disabled = false;
  }
}
