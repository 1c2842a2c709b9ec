// An item of an account at the verifiers' desk: what it is, its evidence, its questions, and what was found of it.
import { h, tell } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { count, either, mass, momentOf, plain, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";

/** @typedef {import("../shared/session.js").Session} Session */
/** @typedef {Schema<"VerificationView">} Verification */
/** @typedef {Schema<"ItemView">} Item */

/** A button that fetches a file with the session's token. @param {Session} session @param {string} path @param {string} name @param {string} label */
export function fileButton(session, path, name, label) {
  const refused = h("span", { class: "field-error", role: "alert", hidden: true });
  const button = h("button", { class: "button tiny", type: "button" }, label);
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell(refused, "");
    try {
      save(await fetchFile(session, path, "*/*"), name);
    } catch (error) {
      tell(refused, explain(error));
    } finally {
      button.disabled = false;
    }
  });
  return h("span", {}, button, refused);
}

/** @param {Session} session @param {Verification} found @param {Item} item @param {(next: Verification) => void} onChange */
export function itemCard(session, found, item, onChange) {
  const state = item.finding?.decision ?? "open";
  const chip = { confirmed: "posted", refused: "rejected", open: "pending" }[state];
  return h(
    "li",
    { class: "card review", "data-item": item.key, "data-finding": state },
    h(
      "div",
      { class: "review-body" },
      h("div", { class: "card-head" }, h("h3", {}, either(item.name)), h("span", { class: "chip", "data-state": chip }, t(`verification.${state}`))),
      h("p", {}, h("strong", {}, mass(item.emission_g)), ` · ${t("verification.share", { percent: plain(item.share_pct) })} · ${t(`verification.kind.${item.kind}`)}`),
      h("dl", { class: "facts" }, factsOf(item).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
      item.kind === "line" ? evidence(session, item) : "",
      item.finding ? h("p", { class: "note" }, findingOf(item.finding)) : "",
      item.questions.map(question),
      found.may_review ? acts(session, found, item, onChange) : "",
    ),
  );
}

/** @param {Item} item */
function factsOf(item) {
  /** @type {Array<[string, string]>} */
  const facts = [];
  if (item.quantity !== null) facts.push([t("verification.quantity"), `${plain(Number(item.quantity))} ${item.unit ?? ""}`]);
  if (item.factor_value !== null) facts.push([t("verification.factor"), `${item.factor_value} ${item.factor_unit ?? ""}`]);
  if (item.factor_id ?? item.factor_source) facts.push([t("verification.factor.source"), item.factor_source ?? item.factor_id ?? ""]);
  if (item.period) facts.push([t("verification.period"), item.period]);
  if (item.quality !== null) facts.push([t("verification.quality"), count(item.quality)]);
  if (item.meter) facts.push([t("verification.meter"), item.meter]);
  if (item.entered_by) facts.push([t("verification.entered"), item.entered_by]);
  if (item.note) facts.push([t("verification.note"), item.note]);
  if (item.supersedes) facts.push(["↺", t("verification.replaces")]);
  return facts;
}

/** @param {Session} session @param {Item} item */
function evidence(session, item) {
  if (!item.evidence) return h("p", { class: "note" }, t("verification.evidence.none"));
  return h("p", {}, `${t("verification.evidence")}: ${item.evidence.name} `, fileButton(session, item.evidence.url, item.evidence.name, t("verification.evidence")));
}

/** @param {Schema<"FindingView">} finding */
function findingOf(finding) {
  const wrong = finding.materiality_g === null ? "" : ` · ${t("verification.refused.by", { mass: mass(finding.materiality_g) })}`;
  return `${t(`verification.${finding.decision}`)}${wrong}${finding.reason ? ` · ${finding.reason}` : ""} · ${finding.decided_by}, ${momentOf(finding.decided_at)}`;
}

/** A question with its answer. @param {Schema<"QuestionView">} each */
function question(each) {
  return h(
    "blockquote",
    { class: "notice calm", "data-question": each.id },
    h("p", {}, `${t("verification.question")}: ${each.question}`),
    h("p", { class: "note" }, `${each.asked_by}, ${momentOf(each.asked_at)}`),
    h("p", {}, each.answer === null ? t("verification.answer.none") : `${t("verification.answer")}: ${each.answer}`),
    each.answered_at ? h("p", { class: "note" }, `${each.answered_by ?? ""}, ${momentOf(each.answered_at)}`) : "",
  );
}

/** @param {Session} session @param {Verification} found @param {Item} item @param {(next: Verification) => void} onChange */
function acts(session, found, item, onChange) {
  /** @type {`/v1/verifications/${string}`} */
  const path = `/v1/verifications/${found.id}`;
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const place = h("div", {});
  /** @param {HTMLButtonElement} button @param {() => Promise<Verification>} send */
  const press = async (button, send) => {
    button.disabled = true;
    tell(refused, "");
    try {
      onChange(await send());
    } catch (error) {
      tell(refused, explain(error));
      button.disabled = false;
    }
  };
  /** @param {"confirmed" | "refused"} decision @param {object} more @returns {Promise<Verification>} */
  const find = (decision, more = {}) => session.ask(/** @type {any} */ (`${path}/reviews`), { method: "POST", body: { reviews: [{ item: item.key, seen: item.sha256, decision, ...more }] } });
  const confirm = h("button", { class: "button primary tiny", type: "button", "data-act": "confirm" }, t("verification.confirm"));
  confirm.addEventListener("click", () => press(confirm, () => find("confirmed")));
  const refuse = opener("refuse", t("verification.refuse"), place, () => {
    const wrong = h("input", { class: "input short", type: "number", min: "0.001", step: "0.001", value: String(item.emission_g / 1000 || ""), required: true });
    const reason = h("input", { class: "input", maxlength: "2000", required: true });
    return form([labelled(t("verification.wrong"), wrong), labelled(t("verification.reason"), reason)], place, (button) => press(button, () => find("refused", { reason: reason.value.trim(), materiality_g: Math.round(Number(wrong.value) * 1000) })));
  });
  const ask = opener("ask", t("verification.ask"), place, () => {
    const text = h("textarea", { class: "input", rows: "2", maxlength: "2000", required: true });
    return form([labelled(t("verification.question"), text)], place, (button) => press(button, () => session.ask(/** @type {any} */ (`${path}/questions`), { method: "POST", body: { item: item.key, question: text.value.trim() } })));
  });
  return h("div", { class: "review-decision" }, h("div", { class: "buttons" }, item.finding?.decision === "confirmed" ? "" : confirm, refuse, ask), place, refused);
}

/** @param {string} label @param {HTMLElement} input */
const labelled = (label, input) => h("label", { class: "way-field" }, h("span", {}, label), input);

/** @param {string} name @param {string} label @param {HTMLElement} place @param {() => HTMLElement} make */
function opener(name, label, place, make) {
  const button = h("button", { class: "button tiny", type: "button", "data-act": name }, label);
  button.addEventListener("click", () => {
    place.replaceChildren(make());
    /** What stands in it is written over by the first key. @type {HTMLInputElement | null} */
    const field = place.querySelector("input, textarea");
    field?.focus();
    field?.select();
  });
  return button;
}

/** @param {HTMLElement[]} fields @param {HTMLElement} place @param {(button: HTMLButtonElement) => void} onSend */
function form(fields, place, onSend) {
  const send = h("button", { class: "button primary tiny", type: "submit" }, t("verification.send"));
  const cancel = h("button", { class: "button quiet tiny", type: "button" }, t("verification.cancel"));
  cancel.addEventListener("click", () => place.replaceChildren());
  const made = h("form", {}, ...fields, h("div", { class: "buttons" }, send, cancel));
  made.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    onSend(send);
  });
  return made;
}
