// Logging actions, and the log: each action with its state, explained when it is opened.
import { Actions, ICONS } from "../phone/actions.js";
import { clockAheadMs } from "../shared/api.js";
import { consenting } from "../shared/consent.js";
import { byId, h, icon } from "../shared/dom.js";
import { Section, panelOf, reloadButton } from "../shared/lazy_section.js";
import { showRefusal } from "../shared/result.js";
import { count, dayKeyOf, dayOf, either, mass, momentOf, plain, t, timeOf, word } from "../shared/i18n.js";

const STEPS = 8000;
const PAGE = 20;

export function readToday(/** @type {Account} */ account, /** @type {Section} */ section) {
  const actions = new Actions(account.session, undefined, (answer) => account.changed(answer.balance));
  const list = new ActionList(account);
  const steps = new Section(panelOf("steps"), () => {});
  byId("sync").addEventListener("click", () => syncSteps(account, steps));
  byId("acts-all").addEventListener("click", () => {
    list.isAll = true;
    section.reload();
  });
  const readList = section.list("acts", (cursor) => list.ask(cursor), (act) => list.row(act), () => t(list.isAll ? "today.none.all" : "today.none"));
  return async () => {
    byId("acts-all").hidden = list.isAll;
    byId("today-title").textContent = t(list.isAll ? "today.list.all" : "today.list");
    // Here there is no code to scan: what is logged rests on one's own word, and the other methods say what proves them.
    await Promise.all([readList(), actions.show((method) => method.self_declared_reason !== null && method.group !== "learning"), showProofs(account)]);
  };
}

/** Every method with the evidence that it accepts. */
async function showProofs(/** @type {Account} */ account) {
  const methods = await account.methods();
  byId("proofs").replaceChildren(...[...methods.values()].map((method) => h("li", { "data-proof": method.code }, h("strong", {}, either(method.name)), ` · ${method.evidence_wanted.map((tier) => proofOf(method, tier)).join(t("list.comma"))}`, method.self_declared_reason ? h("small", {}, ` ${either(method.self_declared_reason)}`) : null)));
}

function proofOf(/** @type {ItemOf<"/v1/methods">} */ method, /** @type {string} */ tier) {
  if (tier !== "E3") return t(`proof.${tier}`);
  return [...method.scene_kinds.map((kind) => t("proof.scene", { kind: either(kind) })), method.is_at_events ? t("proof.event") : null].filter((place) => place !== null).join(t("list.comma"));
}

async function syncSteps(/** @type {Account} */ account, /** @type {Section} */ steps) {
  const answer = await steps.press(byId("sync"), "steps", async (key) => {
    const payload = await account.ask(`/demo/werun?steps=${STEPS}`);
    return consenting(account.ask, steps.refusal, () => account.post("/v1/me/steps", payload, key));
  });
  if (answer === null) return;
  const day = answer.days.at(-1);
  const facts = { steps: count(day?.steps ?? STEPS), mass: mass(day?.reduction_g ?? 0), points: count(day?.points ?? 0) };
  const key = day?.state === "pending" ? "today.steps.pending" : !day || day.state === "unchanged" ? "today.steps.same" : "today.steps.done";
  byId("action-log").prepend(h("p", { class: "log", "data-action": "walk_steps" }, h("strong", {}, t(key, facts))));
  account.changed(answer.balance);
}

class ActionList {
  /** @param {Account} account */
  constructor(account) {
    this.account = account;
    this.isAll = false;
    this.open = new Set();
  }

  /** @param {string} cursor */
  ask(cursor) {
    const today = dayKeyOf(Date.now() + clockAheadMs);
    const days = this.isAll ? "" : `&from=${today}&to=${today}`;
    return this.account.ask(`/v1/me/actions?limit=${PAGE}${days}${cursor}`);
  }

  row(/** @type {ItemOf<"/v1/me/actions">} */ act) {
    const body = h("div", { class: "act-body" });
    const at = this.isAll ? momentOf(act.occurred_at) : timeOf(act.occurred_at);
    const details = h(
      "details",
      { "data-state": act.state },
      h(
        "summary",
        {},
        icon(ICONS[act.method] ?? "leaf"),
        h("span", { class: "act-name" }, either(act.name), h("small", {}, `${at} · ${mass(act.reduction_g)}`)),
        h("span", { class: "act-end" }, act.points > 0 ? h("strong", {}, t("act.worth", { points: count(act.points) })) : null, h("span", { class: "chip", "data-state": act.state }, t(`act.state.${act.state}`))),
      ),
      act.reason ? h("p", { class: "act-reason" }, either(act.reason.text), act.reason.note ? ` ${t("act.said", { note: act.reason.note })}` : null, act.expected_by ? ` ${t("act.expected", { at: momentOf(act.expected_by) })}` : null) : null,
      body,
    );
    details.addEventListener("toggle", () => {
      if (!details.open) this.open.delete(act.id);
      else {
        this.open.add(act.id);
        if (!body.firstChild) this.#explain(act, body);
      }
    });
    // The list is read again after every action; an action that was opened stays open.
    if (this.open.has(act.id)) details.open = true;
    return h("li", { class: "act", "data-act": act.id, "data-method": act.method, "data-state": act.state }, details);
  }

  async #explain(/** @type {ItemOf<"/v1/me/actions">} */ act, /** @type {HTMLElement} */ body) {
    body.replaceChildren(h("p", { class: "note" }, t("loading")));
    try {
      body.replaceChildren(...explanation(await this.account.ask(`/v1/me/actions/${act.id}`)));
    } catch (error) {
      const refusal = h("section", { class: "refusal", role: "alert", tabindex: "-1" });
      body.replaceChildren(refusal);
      showRefusal(error, refusal);
      refusal.append(reloadButton(() => this.#explain(act, body)));
    }
  }
}

function explanation(/** @type {AnswerOf<"/v1/me/actions/{id}">} */ act) {
  const unit = either(act.unit_name);
  const facts = [
    [t("act.at"), momentOf(act.occurred_at)],
    [t("act.quantity"), act.quantity === null ? t("act.quantity.silent") : act.quantity === act.credited_quantity ? `${plain(act.quantity)} ${unit}` : t("act.quantity.told", { told: plain(act.quantity), credited: plain(act.credited_quantity), unit })],
    [t("act.tier"), word("tier", act.tier)],
    act.event || act.scene ? [t("act.where"), either(act.scene ?? act.event)] : null,
    [t("act.baseline"), either(act.baseline)],
    ...act.reductions.filter((each) => each.removed !== 0).map((each) => [t("act.removed"), `${removedOf(each, unit)} · ${word("cap", each.rule)}`]),
    [t("act.points"), act.transfers.length === 0 ? t("act.points.none") : act.transfers.map((each) => t("act.points.lot", { points: signed(each.points), day: dayOf(each.expires_on) })).join(t("list.comma"))],
    act.review ? [t("act.review"), [either(act.reason?.text) || word("act.review.state", act.review.state), act.review.reason].filter(Boolean).join(" · ")] : null,
    act.reversal ? [t("act.reversal"), t("act.reversal.told", { at: momentOf(act.reversal.reversed_at), reason: act.reversal.reason, points: count(act.reversal.points) })] : null,
    // A reduction that is only self-declared cannot be donated, so it has no claim to show.
    act.claim_state && act.tier !== "E5" ? [t("act.claim"), [word("claim", act.claim_state), either(act.claim?.cause?.name)].filter(Boolean).join(" · ")] : null,
  ].filter((fact) => fact !== null);
  return [
    h("dl", { class: "act-facts" }, facts.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text)))),
    act.explanation.length === 0
      ? null
      : h("div", { class: "act-factors" }, h("h3", {}, t("act.factors")), act.formula ? h("p", {}, h("code", {}, act.formula)) : null, h("ul", {}, act.explanation.map((line) => h("li", {}, `${either(line.name)}: ${plain(line.value)}${line.unit === "1" ? "" : ` ${line.unit}`} · ${word("kind", line.source_kind)} · `, h("a", { href: `/v1/factors/${encodeURIComponent(line.factor_id)}` }, h("code", {}, line.factor_id)))))),
  ].filter((element) => element !== null);
}

/** What a rule took off: grams and points by their own names, everything else in the method's unit. */
function removedOf(/** @type {Schema<"Reduced">} */ { removed, unit }, /** @type {string} */ named) {
  if (unit === "gCO2e") return mass(removed);
  return unit === "point" ? t("act.removed.points", { points: count(removed) }) : `${plain(removed)} ${named}`;
}

export const signed = (/** @type {number} */ points) => (points > 0 ? `+${count(points)}` : count(points));
