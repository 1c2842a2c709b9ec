// An entry of a list as a card: what it says, how far it has come, and a form for each thing that the caller may do.
import { h, tell } from "../shared/dom.js";
import { dayOf, either, momentOf, t, word } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";

/** @typedef {ItemOf<"/v1/staff/list-entries">} Entry */
/** @typedef {{name: Entry["may"][number], label: string, chars: number, buttons: Array<{word: string, send: (text: string) => Promise<Entry>}>}} Act */

/** @param {import("../shared/session.js").Session} session @param {Entry} entry @param {(entry: Entry) => void} onChange */
export function entryCard(session, entry, onChange) {
  const acts = actsOf(session, entry).filter((act) => entry.may.includes(act.name));
  return h(
    "li",
    { class: "card review", "data-entry": entry.id, "data-state": entry.state },
    h(
      "div",
      { class: "review-body" },
      h("div", { class: "card-head" }, h("h3", {}, either(entry.organisation.name)), h("span", { class: "chip", "data-state": entry.is_in_force ? "posted" : entry.state === "rejected" ? "rejected" : "pending" }, `${t(`lists.list.${entry.list}`)} · ${t(entry.is_in_force ? "lists.state.in_force" : `lists.state.${entry.state}`)}`)),
      h("p", {}, entry.reason),
      h("dl", { class: "facts" }, factsOf(entry).map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))),
      entry.statement ? h("details", { class: "more", open: true }, h("summary", {}, t("lists.statement")), h("p", {}, entry.statement)) : "",
      entry.appeal_text ? h("details", { class: "more", open: true }, h("summary", {}, t("lists.appeal.text")), h("p", {}, entry.appeal_text)) : "",
      entry.removal_waits ? h("p", { class: "notice calm" }, t("lists.removal.waits", { why: entry.removal_reason ?? "" })) : "",
      acts.map((act) => form(act, onChange)),
    ),
  );
}

/** @param {Entry} entry */
function factsOf(entry) {
  /** @type {Array<[string, string]>} */
  const found = [
    [t("lists.code"), entry.organisation.code],
    [t("lists.proposed"), entry.proposed_by ? `${momentOf(entry.proposed_at)} · ${entry.proposed_by}` : momentOf(entry.proposed_at)],
    [t("lists.evidence"), entry.evidence.map((each) => `${each.title}${each.reference ? ` (${each.reference})` : ""}${each.is_public ? "" : ` · ${t("lists.evidence.hidden")}`}`).join("; ")],
  ];
  if (entry.rule) found.push([t("lists.rule"), word("lists.rule", entry.rule)]);
  if (entry.valid_from || entry.valid_to) found.push([t("lists.period"), `${entry.valid_from ? dayOf(entry.valid_from) : t("lists.from.confirmation")} – ${entry.valid_to ? dayOf(entry.valid_to) : t("lists.open_end")}`]);
  if (entry.state === "hearing" && entry.hearing_until) found.push([t("lists.hearing"), entry.is_heard ? t("lists.hearing.over") : t("lists.hearing.until", { day: dayOf(entry.hearing_until) })]);
  if (entry.confirmed_by) found.push([t("lists.decided"), `${entry.confirmed_by} · ${entry.decision_reason ?? ""}`]);
  if (entry.appeal) found.push([t("lists.appeal"), `${t(`lists.appeal.${entry.appeal.state}`)}${entry.appeal.decision_reason ? ` · ${entry.appeal.decision_reason}` : ""}`]);
  return found;
}

/** @param {import("../shared/session.js").Session} session @param {Entry} entry @returns {Act[]} */
function actsOf(session, entry) {
  /** @type {`/v1/list-entries/${string}`} */
  const path = `/v1/list-entries/${entry.id}`;
  /** @param {"confirmed" | "rejected"} decision */
  const decide = (decision) => (/** @type {string} */ reason) => session.ask(`${path}/confirmation`, { method: "POST", body: { decision, reason } });
  /** @param {"upheld" | "rejected"} decision */
  const judge = (decision) => (/** @type {string} */ reason) => session.ask(`/v1/list-appeals/${entry.appeal_id ?? ""}/decision`, { method: "POST", body: { decision, reason } });
  return [
    { name: "confirm", label: "lists.decision", chars: 400, buttons: [{ word: "lists.confirm", send: decide("confirmed") }, { word: "lists.reject", send: decide("rejected") }] },
    { name: "decide_appeal", label: "lists.appeal.decision", chars: 400, buttons: [{ word: "lists.uphold", send: judge("upheld") }, { word: "lists.appeal.reject", send: judge("rejected") }] },
    { name: "remove", label: "lists.removal", chars: 400, buttons: [{ word: entry.removal_waits ? "lists.removal.confirm" : "lists.removal.propose", send: (reason) => session.ask(`${path}/removal`, { method: "POST", body: { reason } }) }] },
    { name: "answer", label: "lists.statement.write", chars: 4000, buttons: [{ word: "lists.statement.send", send: (text) => session.ask(`${path}/statements`, { method: "POST", body: { text } }) }] },
    { name: "appeal", label: "lists.appeal.write", chars: 4000, buttons: [{ word: "lists.appeal.send", send: (text) => session.ask(`${path}/appeals`, { method: "POST", body: { text } }) }] },
  ];
}

/** @param {Act} act @param {(entry: Entry) => void} onChange */
function form(act, onChange) {
  const text = h("textarea", { class: "input", rows: act.chars > 400 ? "5" : "2", maxlength: act.chars, "aria-label": t(act.label), placeholder: t(act.label) });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const buttons = act.buttons.map(({ word, send }, number) => {
    const button = h("button", { class: number === 0 ? "button primary" : "button", type: "button", "data-act": word }, t(word));
    button.addEventListener("click", async () => {
      const said = text.value.trim();
      if (!said) {
        tell(refused, t("lists.reason.missing"));
        text.focus();
        return;
      }
      button.disabled = true;
      tell(refused, "");
      try {
        onChange(await send(said));
      } catch (error) {
        tell(refused, explain(error));
        button.disabled = false;
      }
    });
    return button;
  });
  return h("div", { class: "review-decision", "data-form": act.name }, text, refused, h("div", { class: "buttons" }, buttons));
}
