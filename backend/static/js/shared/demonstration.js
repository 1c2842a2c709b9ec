// An event's nomination as a demonstration: what was proposed and decided about it, and a regulator's buttons.
import { h, tell } from "./dom.js";
import { momentOf, t } from "./i18n.js";
import { explain } from "./refusal.js";

/** @typedef {AnswerOf<"/v1/events/{slug}/demonstration">} Candidate */

/** Reads and shows an event's nomination in `panel`; it is hidden where there is nothing to say.
 * @param {import("./session.js").Session} session @param {string} slug @param {HTMLElement} panel @param {() => void} [onChange] */
export async function showDemonstration(session, slug, panel, onChange) {
  const found = await session.ask(`/v1/events/${encodeURIComponent(slug)}/demonstration`);
  draw(session, found, panel, onChange);
}

/** @param {import("./session.js").Session} session @param {Candidate} found @param {HTMLElement} panel @param {() => void} [onChange] */
export function draw(session, found, panel, onChange) {
  const isRegulator = session.tokens?.staff?.role === "regulator";
  const state = found.is_demonstration ? "selected" : found.is_nominated ? "nominated" : "none";
  panel.dataset.demonstration = state;
  panel.hidden = state === "none" && found.proposals.length === 0;
  const lacking = found.documents.filter((each) => !each.is_filed).map((each) => t(`demonstrations.document.${each.kind}`));
  const redraw = (/** @type {Candidate} */ fresh) => {
    draw(session, fresh, panel, onChange);
    onChange?.();
  };
  panel.replaceChildren(
    h("p", {}, h("span", { class: "chip", "data-state": found.is_demonstration ? "posted" : "" }, t(`demonstrations.state.${state}`)), " ", h("small", {}, found.rank ? t(`demonstrations.rank.${found.rank}`) : t("demonstrations.rank.untold"))),
    lacking.length && state !== "none" ? h("p", { class: "note" }, t("demonstrations.lacking", { documents: lacking.join(t("list.comma")) })) : "",
    isRegulator ? form(session, found, redraw) : "",
    found.proposals.length ? history(found) : "",
  );
}

/** The form that proposes, or decides what waits. @param {import("./session.js").Session} session @param {Candidate} found @param {(fresh: Candidate) => void} redraw */
function form(session, found, redraw) {
  const waiting = found.proposals.find((each) => each.decision === null);
  if (waiting && !waiting.may_decide) return h("p", { class: "notice calm", role: "status" }, t("demonstrations.waits"));
  if (!waiting && !found.is_nominated && !found.is_demonstration) return "";
  const id = `demonstration-${found.event}`;
  const reason = h("input", { class: "input", id, name: "reason", maxlength: 2000, required: true, autocomplete: "off" });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  /** @type {[string, () => Promise<Candidate>][]} */
  const ways = waiting
    ? [
        ["confirm", () => decide("confirmed")],
        ["reject", () => decide("rejected")],
      ]
    : [[found.is_demonstration ? "withdraw" : "select", propose]];
  const buttons = ways.map(([name, act]) => h("button", { class: "button", type: "button", "data-act": name, onclick: () => press(act) }, t(`demonstrations.${name}`)));

  /** @param {"confirmed" | "rejected"} decision */
  const decide = (decision) => session.ask(`/v1/demonstration-proposals/${encodeURIComponent(waiting?.id ?? "")}/confirmation`, { method: "POST", body: { decision, reason: reason.value.trim() } });
  function propose() {
    const kind = found.is_demonstration ? "withdrawal" : "selection";
    return session.ask(`/v1/events/${encodeURIComponent(found.event)}/demonstration`, { method: "POST", body: { kind, reason: reason.value.trim() } });
  }
  /** @param {() => Promise<Candidate>} act */
  async function press(act) {
    tell(refused, "");
    if (!reason.value.trim()) {
      tell(refused, t("demonstrations.reason.first"));
      reason.focus();
      return;
    }
    for (const button of buttons) button.disabled = true;
    try {
      redraw(await act());
    } catch (error) {
      tell(refused, explain(error));
      for (const button of buttons) button.disabled = false;
    }
  }
  return h("div", { class: "inline-form" }, waiting ? h("p", { class: "notice calm" }, t(`demonstrations.proposed.${waiting.kind}`, { by: waiting.proposed_by, why: waiting.reason })) : "", h("label", { for: id }, t("demonstrations.reason")), reason, h("div", { class: "buttons" }, buttons), refused);
}

/** @param {Candidate} found */
function history(found) {
  const rows = found.proposals.map((each) => h("li", { "data-decision": each.decision ?? "open" }, `${momentOf(each.proposed_at)} · ${t(`demonstrations.kind.${each.kind}`)} · ${each.proposed_by}: ${each.reason}`, each.decision ? h("span", { class: "note" }, ` → ${t(`demonstrations.decision.${each.decision}`)} · ${each.decided_by}: ${each.decision_reason}`) : ""));
  return h("details", { class: "more" }, h("summary", {}, t("demonstrations.history")), h("ul", { class: "plain" }, rows));
}
