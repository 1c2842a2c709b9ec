// The panel that shows the result of a scan or of a refined journey, and the panel that shows a refusal.
import { Unreachable } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { advice, count, mass, t } from "./i18n.js";
import { keepLines } from "./kept_lines.js";

const TITLES = { joined: "result.joined", already_joined: "result.again", present: "result.again", refined: "result.refined" };

/**
 * The answer of a scan in the panel `#result`, or an attendance in the same shape. `onOffset` is offered while nothing
 * is offset, `onRefine` where the journey may still be refined, `more` stands below the figures.
 * @param {ScanResult} answer
 * @param {{onOffset?: (() => unknown) | null, onRefine?: (() => unknown) | null, more?: HTMLElement[]}} options
 */
export function showResult(answer, { onOffset = null, onRefine = null, more = [] } = {}) {
  const panel = byId("result");
  const { companion } = answer;
  const title = companion ? t(answer.outcome === "joined" ? "companion.joined" : "companion.again", { who: t(`companion.who.${companion.kind}`, { serial: companion.badge_serial }) }) : t(TITLES[answer.outcome]);
  keepLines(answer);
  panel.dataset.outcome = answer.outcome;
  panel.dataset.offsetStatus = answer.offset_status;
  panel.replaceChildren(
    h("div", { class: "result-head" }, icon("check"), h("h2", { class: "h1" }, title)),
    answer.outcome === "already_joined" ? h("p", { class: "note" }, t("result.again.text")) : "",
    h("dl", { class: "result-grid" }, ...figures(answer)),
    ...more,
    answer.offset && !answer.waiting_g ? "" : unmet(answer),
    h("div", { class: "buttons" }, ...buttons(answer, onOffset, onRefine)),
    ...(answer.offset ? credits(answer.offset) : []),
  );
  panel.hidden = false;
  panel.scrollIntoView({ block: "start" });
  panel.focus({ preventScroll: true });
}

/** @param {ScanResult} answer @param {(() => unknown) | null} onOffset @param {(() => unknown) | null} onRefine */
function buttons(answer, onOffset, onRefine) {
  const waits = answer.offset_status !== "none" && answer.offset_status !== "allocated";
  return [
    answer.certificate ? h("a", { class: "button primary", id: "certificate", href: pathOf(answer.certificate.url) }, icon("certificate"), h("span", {}, t("result.certificate"))) : null,
    // An attendee on the waiting list need do nothing, but may offset less now.
    answer.offset || !onOffset ? null : h("button", { class: waits ? "button" : "button primary", type: "button", id: "offset-now", onclick: onOffset }, t(waits ? "result.offset.less" : "result.offset.now")),
    onRefine ? h("button", { class: "button", type: "button", id: "refine-open", onclick: onRefine }, t("result.refine")) : null,
  ];
}

/** @param {ScanResult} answer */
function figures(answer) {
  const { offset, points } = answer;
  /** @type {Pair} */
  const pair = (term, text, isMain, ...extra) => h("div", isMain ? { class: "main" } : {}, h("dt", {}, term), h("dd", {}, text, ...extra.flatMap((each) => [" ", each])));
  return [
    ...(offset ? neutralised(offset, pair) : []),
    pair(`${t("result.footprint")} ±${answer.footprint.uncertainty_pct}%`, mass(answer.footprint.total_g), !offset),
    // Neither a companion nor a guest earns points.
    answer.outcome === "joined" && !answer.companion && points ? pair(t("result.points"), points?.capped_by ? t("result.points.withheld") : `+${count(points?.earned ?? 0)}`) : null,
    points?.pending ? pair(t("result.points.pending"), h("span", { id: "points-pending" }, count(points.pending))) : null,
    offset?.points_paid ? pair(t("result.paid"), count(offset.points_paid)) : null,
    answer.companion || !points || points.balance === undefined ? null : pair(t("result.balance"), h("span", { id: "balance" }, count(points.balance))),
  ].filter(Boolean);
}

/** @typedef {(term: string, text: string | HTMLElement, isMain?: boolean, ...extra: HTMLElement[]) => HTMLElement} Pair */

/** Offset and contribution are two things: neither is ever shown as the other. @param {Schema<"OffsetView">} offset @param {Pair} pair */
function neutralised(offset, pair) {
  /** @param {string} key */
  const chip = (key) => h("span", { class: "chip solid" }, t(key));
  if (offset.claim !== "contribution") return [pair(t("result.offset"), mass(offset.grams), true, chip(`result.${offset.kind}`))];
  const offsetG = offset.grams - offset.contribution_g;
  return [
    offsetG > 0 ? pair(t("result.offset"), mass(offsetG), true) : null,
    pair(t("result.contributed"), mass(offset.contribution_g), true, chip("result.contributed.chip")),
  ];
}

/** @param {Schema<"OffsetView">} offset */
function credits(offset) {
  return [
    offset.claim === "contribution" ? h("p", { class: "note", id: "contribution-note" }, t("result.contributed.text")) : "",
    h("h3", {}, t("result.credits")),
    ...offset.allocations.map((credit) =>
      h(
        "dl",
        { class: "facts credit" },
        h("div", {}, h("dt", {}, mass(credit.grams)), h("dd", {}, credit.project)),
        h("div", {}, h("dt", {}, t("result.retirement")), h("dd", {}, credit.retirement_ref)),
        h("div", {}, h("dt", {}, t("result.serials")), h("dd", { class: "serial" }, `${credit.serial_from} – ${credit.serial_to}`)),
      ),
    ),
  ];
}

/** @type {Record<string, string>} */
const UNMET = { pool_exhausted: "result.exhausted", held: "result.held", frozen: "result.frozen", paused: "result.paused" };

/** Why grams are not offset. @param {ScanResult} answer */
function unmet(answer) {
  const key = answer.offset ? "result.rest" : UNMET[answer.offset_status] ?? "result.none";
  const waiting = answer.waiting_g ? h("p", { id: "waiting-g" }, t("result.waiting", { mass: mass(answer.waiting_g) })) : h("br");
  return h("div", { class: "notice" }, h("strong", {}, t(key)), waiting, t(`${key}.text`));
}

/** The certificate on the server we are talking to, whatever its public name is, with the secret behind the `#`. @param {string} url */
export function pathOf(url) {
  const { pathname, hash } = new URL(url, location.href);
  return pathname + hash;
}

/** A refusal in a panel: what, why, what to do next, and its code for the staff. @param {any} error @param {HTMLElement} panel @param {string | null} next */
export function showRefusal(error, panel = byId("refusal"), next = null) {
  const isLost = error instanceof Unreachable;
  const title = isLost ? t("unreachable.title") : error.title || error.message;
  const detail = isLost ? t("unreachable.detail") : error.detail && error.detail !== error.title ? error.detail : "";
  panel.dataset.code = isLost ? "unreachable" : (error.code ?? "");
  panel.replaceChildren(
    h("h2", {}, icon(isLost ? "offline" : "alert"), h("span", {}, title)),
    detail ? h("p", {}, detail) : "",
    isLost ? "" : h("p", {}, h("strong", {}, next ?? advice(error.code, error.status))),
    isLost || !error.code ? "" : h("p", { class: "note" }, `${t("refused.code")} `, h("a", { href: `/problems/${encodeURIComponent(error.code)}` }, h("code", {}, error.code))),
  );
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  panel.focus({ preventScroll: true });
}
