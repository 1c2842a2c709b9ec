// An event's report on the organisers' pages: its numbers, its charts, and the files to take away.
import { byId, h, icon } from "../shared/dom.js";
import { linesIn, onDownload } from "./submit_form.js";
import { LANGUAGE, count, either, mass, momentOf, plain, t } from "../shared/i18n.js";

const FILES = { pdf: "application/pdf", csv: "text/csv", json: "application/json" };

export async function readReport(/** @type {Desk} */ desk) {
  const report = await desk.ask(desk.path("/report"));
  byId("report").replaceChildren(head(desk, report), numbers(report), conclusion(report), h("div", { class: "part-columns desk-gap" }, card("sources", bars(report.by_source, "emission_g", mass)), card("modes", bars(report.modes, "attendances", count)), card("categories", bars(report.by_category, "attendances", count)), card("basis", bars(report.by_basis, "attendances", count))), neutralised(report), serials(report));
}

function head(/** @type {Desk} */ desk, /** @type {AnswerOf<"/v1/events/{slug}/report">} */ report) {
  const panel = h("div", {});
  const holder = h("div", {});
  const lines = linesIn(holder);
  /** @type {HTMLElement[]} */
  const buttons = Object.entries(FILES).map(([ending, type]) => {
    const button = h("button", { class: ending === "pdf" ? "button primary" : "button", type: "button", "data-file": ending }, icon("download"), h("span", {}, ending.toUpperCase()));
    const path = ending === "json" ? "/report" : `/report.${ending}?language=${LANGUAGE}`;
    onDownload(desk, button, lines, () => ({ path, type, name: `tianfu-${desk.event.slug}.${ending}` }));
    return button;
  });
  if (report.is_final) buttons.push(h("a", { class: "button", id: "public-report", href: `/events/${encodeURIComponent(report.event.slug)}/report` }, t("organiser.report.public")));
  panel.append(h("p", { class: report.is_final ? "notice calm" : "notice" }, t(report.is_final ? "organiser.report.final" : "organiser.report.provisional", { at: momentOf(report.made_at) })), h("div", { class: "buttons" }, buttons), holder);
  return panel;
}

function numbers(/** @type {AnswerOf<"/v1/events/{slug}/report">} */ report) {
  const pairs = [
    ["people", count(report.attendances), report.attendances],
    ["emission", mass(report.footprint.total_g), report.footprint.total_g],
    ["retired", mass(report.pools.retired_g), report.pools.retired_g],
    ["allocated", mass(report.offsets.grams), report.offsets.grams],
    ["surplus", mass(report.pools.surplus_g), report.pools.surplus_g],
  ];
  return h("dl", { class: "numbers" }, pairs.map(([name, text, value], number) => h("div", { class: number ? "number" : "number lead-number" }, h("dt", {}, t(`organiser.report.${name}`)), h("dd", { "data-report": name, "data-value": value }, text))));
}

function conclusion(/** @type {AnswerOf<"/v1/events/{slug}/report">} */ report) {
  const facts = /** @type {const} */ (["full", "partial", "waiting", "without"]).map((name) => [t(`organiser.report.${name}`), count(report.offsets[name])]);
  facts.push([t("organiser.report.uncertainty"), `± ${plain(report.footprint.uncertainty_pct)} %`], [t("organiser.report.reductions"), mass(report.reductions.reduction_g)]);
  return h("section", { class: "card" }, h("h2", {}, t("organiser.report.conclusion")), h("p", { class: "statement" }, either(report.neutrality.statement)), h("dl", { class: "facts" }, facts.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)))));
}

// Reports that were published before organisers could declare this have nothing to show.
function neutralised(/** @type {AnswerOf<"/v1/events/{slug}/report">} */ { neutralised: declared }) {
  if (!declared) return "";
  const rows = declared.sources.map((each) => [either(each.name), each.emission_g === null ? t("organiser.report.hidden") : mass(each.emission_g)]);
  if (rows.length) rows.push([t("organiser.report.contribution"), mass(declared.contribution_g)]);
  const facts = h("dl", { class: "facts" }, rows.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text))));
  return h("section", { class: "card desk-gap", id: "neutralised" }, h("h2", {}, t("organiser.report.neutralised")), rows.length ? facts : "", h("p", { class: "note" }, either(declared.note)));
}

function card(/** @type {string} */ name, /** @type {HTMLElement} */ content) {
  return h("section", { class: "card", "data-chart": name }, h("h2", {}, t(`organiser.report.${name}`)), content);
}

function bars(/** @type {any[]} */ rows, /** @type {string} */ key, /** @type {(value: number) => string} */ show) {
  const most = Math.max(1, ...rows.map((row) => row[key]));
  if (rows.length === 0) return h("p", { class: "note" }, t("organiser.report.nothing"));
  return h(
    "ul",
    { class: "report-bars" },
    rows.map((row) => {
      const fill = h("span", { class: "bar-fill" });
      fill.style.setProperty("--share", String(row[key] / most));
      return h("li", {}, h("span", { class: "report-bar-name" }, either(row.name)), h("strong", { class: "report-bar-mass" }, show(row[key])), h("span", { class: "bar-track", "aria-hidden": "true" }, fill));
    }),
  );
}

function serials(/** @type {AnswerOf<"/v1/events/{slug}/report">} */ report) {
  const columns = ["project", "retirement", "from", "to", "grams"];
  const rows = report.offsets.serials.map((run) => h("tr", {}, h("td", {}, run.project), h("td", {}, run.retirement_ref), h("td", { class: "num serial" }, String(run.serial_from)), h("td", { class: "num serial" }, String(run.serial_to)), h("td", { class: "num" }, count(run.grams))));
  const table = h("table", { class: "table compact" }, h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col", class: ["from", "to", "grams"].includes(name) ? "num" : "" }, t(`organiser.report.${name}`))))), h("tbody", {}, rows));
  return h("section", { class: "card desk-gap" }, h("h2", {}, t("organiser.report.serials")), rows.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("organiser.report.serials") }, table) : h("p", { class: "note" }, t("organiser.report.nothing")));
}
