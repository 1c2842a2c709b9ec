// What a scan brought, and what stood in its way.
import { Unreachable } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { advice, count, mass, t } from "./words.js";

/** The answer of a scan, in the panel `#result`. `onOffset` is offered when nothing was offset. */
export function showResult(answer, onOffset) {
  const panel = byId("result");
  const isFirst = answer.outcome === "joined";
  const { companion } = answer;
  const title = companion ? t(isFirst ? "companion.joined" : "companion.again", { who: t(`companion.who.${companion.kind}`, { serial: companion.badge_serial }) }) : t(isFirst ? "result.joined" : "result.again");
  panel.dataset.outcome = answer.outcome;
  panel.dataset.offsetStatus = answer.offset_status;
  panel.replaceChildren(
    h("div", { class: "result-head" }, icon("check"), h("h2", { class: "h1" }, title)),
    isFirst ? "" : h("p", { class: "note" }, t("result.again.text")),
    h("dl", { class: "result-grid" }, ...figures(answer, isFirst)),
    ...(answer.offset ? credits(answer.offset) : [unmet(answer)]),
    h(
      "div",
      { class: "buttons" },
      answer.certificate ? h("a", { class: "button primary", id: "certificate", href: pathOf(answer.certificate.url) }, icon("certificate"), h("span", {}, t("result.certificate"))) : null,
      answer.offset || !onOffset ? null : h("button", { class: "button primary", type: "button", id: "offset-now", onclick: onOffset }, t("result.offset.now")),
    ),
  );
  panel.hidden = false;
  panel.scrollIntoView({ block: "start" });
  panel.focus({ preventScroll: true });
}

function figures(answer, isFirst) {
  const pair = (term, text, isMain, extra) => h("div", isMain ? { class: "main" } : {}, h("dt", {}, term), h("dd", {}, text, extra ? h("span", {}, " ", extra) : null));
  const chip = answer.offset ? h("span", { class: "chip solid" }, t(`result.${answer.offset.kind}`)) : null;
  return [
    answer.offset ? pair(t("result.offset"), mass(answer.offset.grams), true, chip) : null,
    pair(t("result.footprint"), mass(answer.footprint.total_g), !answer.offset),
    // A companion earns no points and has no balance to look at.
    isFirst && !answer.companion ? pair(t("result.points"), `+${count(answer.points.earned)}`) : null,
    answer.companion ? null : pair(t("result.balance"), h("span", { id: "balance" }, count(answer.points.balance))),
  ].filter(Boolean);
}

function credits(offset) {
  return [
    h("h3", {}, t("result.credits")),
    ...offset.allocations.map((part) =>
      h(
        "dl",
        { class: "facts credit" },
        h("div", {}, h("dt", {}, mass(part.grams)), h("dd", {}, part.project)),
        h("div", {}, h("dt", {}, t("result.retirement")), h("dd", {}, part.retirement_ref)),
        h("div", {}, h("dt", {}, t("result.serials")), h("dd", { class: "serial" }, `${part.serial_from} – ${part.serial_to}`)),
      ),
    ),
  ];
}

function unmet(answer) {
  const key = answer.offset_status === "pool_exhausted" ? "result.exhausted" : "result.none";
  return h("div", { class: "notice" }, h("strong", {}, t(key)), h("br"), t(`${key}.text`));
}

/** The certificate on the server we are talking to, whatever its public name is. */
export function pathOf(url) {
  return new URL(url, location.href).pathname;
}

/** A refusal as sentences: what, why, what next, and the code to tell the staff. */
export function showRefusal(error, panel = byId("refusal")) {
  const isNobody = error instanceof Unreachable;
  const title = isNobody ? t("unreachable.title") : error.title || error.message;
  const detail = isNobody ? t("unreachable.detail") : error.detail && error.detail !== error.title ? error.detail : "";
  panel.dataset.code = isNobody ? "unreachable" : (error.code ?? "");
  panel.replaceChildren(
    h("h2", {}, icon(isNobody ? "offline" : "alert"), h("span", {}, title)),
    detail ? h("p", {}, detail) : "",
    isNobody ? "" : h("p", {}, h("strong", {}, advice(error.code, error.status))),
    isNobody || !error.code ? "" : h("p", { class: "note" }, `${t("refused.code")} `, h("a", { href: `/problems/${encodeURIComponent(error.code)}` }, h("code", {}, error.code))),
  );
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  panel.focus({ preventScroll: true });
}
