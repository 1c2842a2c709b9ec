// A citizen's report of a month or a year: its picture, the same in words, saving and sharing.
import { clockAheadMs } from "../shared/api.js";
import { byId } from "../shared/dom.js";
import { asData, fetchFile, save } from "../shared/files.js";
import { LANGUAGE, count, dayKeyOf, mass, monthOf, t } from "../shared/i18n.js";

const MONTHS = 12;
// An action may be logged that was done up to a week before its citizen signed up.
const BACKDATED_MS = 7 * 86_400_000;

export function readReport(/** @type {Account} */ account, /** @type {Section} */ section) {
  const today = () => dayKeyOf(Date.now() + clockAheadMs);
  let kind = "month";
  let period = today().slice(0, 7);
  /** @type {string | null} */
  let first = null;
  /** @type {File | null} */
  let file = null;
  let asked = 0;

  const move = (/** @type {string} */ to) => {
    period = to;
    section.reload();
  };
  for (const input of byId("report-kind").querySelectorAll("input")) {
    input.addEventListener("change", () => {
      kind = input.value;
      move(today().slice(0, kind === "month" ? 7 : 4));
    });
  }
  byId("report-before").addEventListener("click", () => move(neighbour(period, -1)));
  byId("report-after").addEventListener("click", () => move(neighbour(period, 1)));
  byId("report-save").addEventListener("click", () => file && save(file, file.name));
  byId("report-share").addEventListener("click", () => {
    // A citizen who closes the list of applications has changed their mind; nothing failed.
    navigator.share({ files: file ? [file] : [], title: t("report.title") }).catch(() => {});
  });

  return async () => {
    const mine = (asked += 1);
    first ??= dayKeyOf(Date.parse((await account.ask("/v1/me")).created_at) - BACKDATED_MS);
    showPeriod(period, kind, first, today());
    const [report, blob] = await Promise.all([account.ask(`/v1/me/reports/${period}`), fetchFile(account.session, `/v1/me/reports/${period}.png?language=${LANGUAGE}`, "image/png")]);
    const address = await asData(blob);
    if (mine !== asked) return;
    file = new File([blob], `tianfu-${period}.png`, { type: "image/png" });
    const words = inWords(report);
    const image = byId("report-picture");
    image.src = address;
    image.alt = words;
    image.dataset.period = period;
    image.hidden = false;
    byId("report-words").textContent = words;
    byId("report-save").disabled = false;
    byId("report-share").hidden = !navigator.canShare?.({ files: [file] });
  };
}

function neighbour(/** @type {string} */ period, /** @type {number} */ by) {
  const [year, month] = period.split("-").map(Number);
  if (month === undefined) return String(year + by);
  const months = year * MONTHS + month - 1 + by;
  return `${Math.floor(months / MONTHS)}-${String((months % MONTHS) + 1).padStart(2, "0")}`;
}

function nameOf(/** @type {string} */ period, /** @type {string} */ kind) {
  return kind === "month" ? monthOf(`${period}-15`) : LANGUAGE === "en" ? period : `${period}年`;
}

function showPeriod(/** @type {string} */ period, /** @type {string} */ kind, /** @type {string} */ first, /** @type {string} */ today) {
  byId("report-period").textContent = nameOf(period, kind);
  byId("report-before").disabled = period <= first.slice(0, period.length);
  byId("report-after").disabled = period >= today.slice(0, period.length);
}

function inWords(/** @type {AnswerOf<"/v1/me/reports/{period}">} */ report) {
  return t("report.alt", {
    period: nameOf(report.period, report.kind),
    actions: count(report.actions),
    mass: mass(report.reduction_g),
    self: mass(report.self_declared_g),
    points: count(report.points.earned),
    days: count(report.active_days),
  });
}
