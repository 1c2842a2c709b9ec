// Badges of an event: creating a few, importing many from a file with its progress, and printing them.
import { all, byId, h, icon } from "../shared/dom.js";
import { openBadge, queryOf, readBadge, startBadge } from "./badge.js";
import { isOthers, lineOf, onDownload, onSend, press } from "./submit_form.js";
import { explain } from "../shared/refusal.js";
import { errorList, errorsOf, totalOf } from "../shared/file_errors.js";
import { patiently } from "../shared/retry.js";
import { sendTable } from "../shared/file_sending.js";
import { showPage } from "../shared/lazy_section.js";
import { upload } from "../shared/upload.js";
import { count, either, t } from "../shared/i18n.js";

const ASK_MS = 700;
const PAGE = 20;
/** @type {[string, string, string, string][]} */
const PRINTS = [
  ["labels", "badges.pdf?layout=labels", "application/pdf", "labels.pdf"],
  ["cards", "badges.pdf?layout=cards", "application/pdf", "cards.pdf"],
  ["zip", "badges.zip?format=png", "application/zip", "png.zip"],
  ["csv", "badges.csv", "text/csv", "badges.csv"],
];

export async function readBadges(/** @type {Desk} */ desk, cursor = "") {
  readBadge(desk);
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (queryOf()) query.set("query", queryOf());
  if (cursor) query.set("cursor", cursor);
  const page = await desk.ask(desk.path(`/badges?${query}`));
  showPage(byId("badges").tBodies[0], byId("badges-more"), page, (badge) => row(desk, badge), { isNext: cursor !== "" });
  byId("badges-all").hidden = !queryOf();
  byId("badge-downloads").replaceChildren(...PRINTS.map((print) => printButton(desk, print)));
  for (const button of all("button", byId("badge-downloads"))) button.disabled = page.items.length === 0 && cursor === "" && !queryOf();
  byId("badges-cards").hidden = desk.isOver;
  byId("serials-card").hidden = desk.isOver;
  if (isOthers(byId("serials-form"), desk)) byId("serials-told").hidden = true;
  const files = cursor ? null : await desk.ask(desk.path("/badge-imports?limit=1"));
  const last = files?.items[0];
  if (last && isUnderWay(last)) followImport(desk, last);
}

function row(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/badges">} */ badge) {
  const open = h("button", { class: "button tiny", type: "button", "aria-label": t("desk.badge.open.n", { n: badge.serial }) }, String(badge.serial));
  open.addEventListener("click", () => openBadge(desk, badge));
  return h("tr", { "data-serial": badge.serial }, h("td", {}, open), h("td", {}, h("code", {}, badge.code)), h("td", {}, t(`category.${badge.category ?? "none"}`)), h("td", {}, t(`organiser.badge.${badge.state}`)));
}

function printButton(/** @type {Desk} */ desk, /** @type {[string, string, string, string]} */ [name, rest, type, ending]) {
  const button = h("button", { class: "button", type: "button", "data-print": name }, icon("download"), h("span", {}, t(`organiser.badges.${name}`)));
  onDownload(desk, button, lineOf(byId("badges-made")), () => ({ path: `/${rest}`, type, name: `${desk.event.slug}-${ending}` }));
  return button;
}

export function startBadges(/** @type {Desk} */ desk) {
  const lines = lineOf(byId("badges-made"));
  startBadge(desk, () => readBadges(desk));
  byId("badges-more").addEventListener("click", () => press(desk, byId("badges-more"), lines, () => readBadges(desk, byId("badges-more").dataset.cursor), { explanation: explain }));
  const createBadges = async () => {
    /** @type {BodyOf<"/v1/events/{slug}/badges", "POST">} */
    const body = { count: Number(byId("badge-count").value) };
    const category = /** @type {typeof body.category} */ (byId("badge-category").value);
    if (category) body.category = category;
    // Not repeated by itself: an answer that was lost on the way may have created its badges.
    const { items } = await desk.post(desk.path("/badges"), body);
    await readBadges(desk);
    return t("organiser.badges.made", { from: count(items[0].serial), to: count(items[items.length - 1].serial) });
  };
  onSend(desk, byId("badges-form"), createBadges, { lines });
  byId("import-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    importFile(desk);
  });
  byId("serials-form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    sendSerials(desk);
  });
}

/** End or replace the badges whose serials stand in a file. */
async function sendSerials(/** @type {Desk} */ desk) {
  const [file] = byId("serials-file").files ?? [];
  const isReissue = byId("serials-what").value === "reissue";
  const path = desk.path(isReissue ? "/badge-reissues" : "/badge-revocations");
  const reason = new URLSearchParams({ reason: byId("serials-reason").value.trim() });
  const told = (/** @type {any} */ done) => (isReissue ? t("organiser.serials.reissued", { n: count(done.reissued), from: count(done.serial_from), to: count(done.serial_to) }) : t("organiser.serials.revoked", { n: count(done.revoked), before: count(done.already_revoked) }));
  byId("serials-send").disabled = true;
  const isTaken = await sendTable(desk.session, `${path}?${reason}`, file, byId("serials-told"), { sentence: told, family: "serials", isSignedOut: (error) => desk.isSignedOut(error) });
  byId("serials-send").disabled = false;
  if (!isTaken) return;
  byId("serials-form").reset();
  await readBadges(desk);
}

async function importFile(/** @type {Desk} */ desk) {
  const [file] = byId("import-file").files ?? [];
  byId("import-send").disabled = true;
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("organiser.sending") });
  showImport(h("p", { class: "note" }, t("organiser.sending")), bar);
  try {
    const made = await upload(desk.session, desk.path("/badge-imports"), file, (share) => (bar.value = share), "text/csv");
    await followImport(desk, made);
    byId("import-form").reset();
    await readBadges(desk);
  } catch (error) {
    if (!desk.isSignedOut(error)) {
      const errors = errorsOf(error);
      showImport(h("p", { class: "field-error" }, explain(error)), errors.length ? errorList(errors, totalOf(error, errors), "badges") : "");
    }
  } finally {
    byId("import-send").disabled = false;
  }
}

function showImport(/** @type {(HTMLElement | "")[]} */ ...elements) {
  byId("import-told").hidden = false;
  byId("import-told").replaceChildren(...elements);
}

const isUnderWay = (/** @type {Pick<ItemOf<"/v1/events/{slug}/badge-imports">, "state">} */ { state }) => state === "queued" || state === "running";

/** Ask how far an import is until it is done or failed, or another section is opened. */
async function followImport(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/badge-imports">} */ first) {
  const { signal } = desk.leaving;
  let view = first;
  while (isUnderWay(view)) {
    const bar = h("progress", { max: Math.max(1, view.rows_total), value: view.rows_done, "aria-label": t("organiser.badges.import") });
    showImport(h("p", { class: "note" }, t("organiser.badges.progress", { done: count(view.rows_done), all: count(view.rows_total) })), bar);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    if (signal.aborted) return;
    view = await patiently(() => desk.ask(desk.path(`/badge-imports/${first.id}`)), { signal });
  }
  byId("import-told").dataset.state = view.state;
  if (view.state === "done") {
    const notes = (view.file?.notes ?? []).map((/** @type {any} */ note) => h("p", { class: "field-error" }, either(note)));
    showImport(h("p", { class: "notice calm small" }, t("organiser.badges.made", { from: count(view.serial_from), to: count(view.serial_to) })), view.file ? h("p", { class: "note" }, either(view.file.text)) : "", ...notes);
    return;
  }
  const errors = view.errors.map((/** @type {any} */ error) => ({ row: String(error.row), column: error.column, reason: either(error.reason) }));
  showImport(h("p", { class: "field-error" }, view.why_text ? either(view.why_text) : t("organiser.badges.failed")), view.file ? h("p", { class: "note" }, either(view.file.text)) : "", errors.length ? errorList(errors, view.errors_total, "badges") : "");
}
