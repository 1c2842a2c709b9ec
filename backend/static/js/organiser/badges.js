// Badges of an event: a few at once, many from a file with its progress, and what is printed.
import { byId, h, icon, tell } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { openBadge, queryOf, readBadge, startBadge } from "./badge.js";
import { told, toldOnce } from "./refusal.js";
import { patiently } from "../shared/retry.js";
import { showPage } from "../shared/lazy_section.js";
import { SignedOut } from "../shared/session.js";
import { upload } from "../shared/upload.js";
import { count, either, t } from "../shared/i18n.js";

const ASK_MS = 700;
const PAGE = 20;
const OVER = new Set(["closed", "rejected"]);
const PRINTS = [
  ["labels", "badges.pdf?layout=labels", "application/pdf", "labels.pdf"],
  ["cards", "badges.pdf?layout=cards", "application/pdf", "cards.pdf"],
  ["zip", "badges.zip?format=png", "application/zip", "png.zip"],
  ["csv", "badges.csv", "text/csv", "badges.csv"],
];

export async function readBadges(desk, cursor = null) {
  readBadge(desk);
  const query = new URLSearchParams({ limit: PAGE });
  if (queryOf()) query.set("query", queryOf());
  if (cursor) query.set("cursor", cursor);
  const page = await desk.ask(desk.path(`/badges?${query}`));
  showPage(byId("badges").tBodies[0], byId("badges-more"), page, (badge) => row(desk, badge), { isNext: cursor !== null });
  byId("badges-all").hidden = !queryOf();
  byId("badge-downloads").replaceChildren(...PRINTS.map((print) => printButton(desk, print)));
  for (const button of byId("badge-downloads").children) button.disabled = page.items.length === 0 && cursor === null && !queryOf();
  byId("badges-cards").hidden = OVER.has(desk.event.state);
  const files = cursor ? null : await desk.ask(desk.path("/badge-imports?limit=1"));
  const last = files?.items[0];
  if (last && (last.state === "queued" || last.state === "running")) followImport(desk, last);
}

function row(desk, badge) {
  const open = h("button", { class: "button tiny", type: "button", "aria-label": t("desk.badge.open.n", { n: badge.serial }) }, String(badge.serial));
  open.addEventListener("click", () => openBadge(desk, badge));
  return h("tr", { "data-serial": badge.serial }, h("td", {}, open), h("td", {}, h("code", {}, badge.code)), h("td", {}, t(`category.${badge.category ?? "none"}`)), h("td", {}, t(`organiser.badge.${badge.state}`)));
}

function printButton(desk, [name, rest, type, ending]) {
  const label = h("span", {}, t(`organiser.badges.${name}`));
  const button = h("button", { class: "button", type: "button", "data-print": name }, icon("download"), label);
  button.addEventListener("click", async () => {
    button.disabled = true;
    label.textContent = t("organiser.making");
    try {
      save(await fetchFile(desk.session, desk.path(`/${rest}`), type), `${desk.event.slug}-${ending}`);
    } catch (error) {
      fail(desk, error, "badges-made");
    } finally {
      button.disabled = false;
      label.textContent = t(`organiser.badges.${name}`);
    }
  });
  return button;
}

function fail(desk, error, place, tellOf = told) {
  if (error instanceof SignedOut) desk.guard(() => Promise.reject(error));
  else tell(byId(place), tellOf(error));
}

export function startBadges(desk) {
  startBadge(desk, () => readBadges(desk));
  byId("badges-more").addEventListener("click", () => readBadges(desk, byId("badges-more").dataset.cursor).catch((error) => fail(desk, error, "badges-made")));
  byId("badges-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const body = { count: Number(byId("badge-count").value) };
    if (byId("badge-category").value) body.category = byId("badge-category").value;
    const button = byId("badges-send");
    button.disabled = true;
    try {
      // Not repeated by itself: an answer that was lost on the way may have made its badges.
      const { items } = await desk.post(desk.path("/badges"), body);
      await readBadges(desk);
      tell(byId("badges-made"), t("organiser.badges.made", { from: count(items[0].serial), to: count(items.at(-1).serial) }));
    } catch (error) {
      fail(desk, error, "badges-made", toldOnce);
    } finally {
      button.disabled = false;
    }
  });
  byId("import-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const file = byId("import-file").files[0];
    byId("import-send").disabled = true;
    const bar = h("progress", { max: 1, value: 0, "aria-label": t("organiser.sending") });
    const line = h("p", { class: "note" }, t("organiser.sending"));
    showImport(line, bar);
    try {
      const made = await upload(desk.session, desk.path("/badge-imports"), file, (share) => (bar.value = share), "text/csv");
      await followImport(desk, made);
      byId("import-form").reset();
      await readBadges(desk);
    } catch (error) {
      if (error instanceof SignedOut) fail(desk, error, "badges-made");
      else showImport(h("p", { class: "field-error" }, told(error)));
    } finally {
      byId("import-send").disabled = false;
    }
  });
}

function showImport(...elements) {
  byId("import-told").hidden = false;
  byId("import-told").replaceChildren(...elements);
}

/** Ask how far a file is until it is done or failed, or another part is opened. */
async function followImport(desk, first) {
  const { signal } = desk.leaving;
  const path = desk.path(`/badge-imports/${first.id}`);
  let view = first;
  while (view.state === "queued" || view.state === "running") {
    const bar = h("progress", { max: Math.max(1, view.rows_total), value: view.rows_done, "aria-label": t("organiser.badges.import") });
    showImport(h("p", { class: "note" }, t("organiser.badges.progress", { done: count(view.rows_done), all: count(view.rows_total) })), bar);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    if (signal.aborted) return;
    view = await patiently(() => desk.ask(path), { signal });
  }
  byId("import-told").dataset.state = view.state;
  if (view.state === "done") {
    showImport(h("p", { class: "notice calm small" }, t("organiser.badges.made", { from: count(view.serial_from), to: count(view.serial_to) })));
    return;
  }
  const rows = view.errors.map((error) => h("li", {}, t("organiser.badges.row", { row: count(error.row), column: error.column }), " ", either(error.reason)));
  showImport(h("p", { class: "field-error" }, view.why_text ? either(view.why_text) : t("organiser.badges.failed")), h("ul", { class: "lacking" }, rows), view.errors_total > rows.length ? h("p", { class: "note" }, t("organiser.badges.more", { n: count(view.errors_total - rows.length) })) : "");
}
