// The statement of points, entry by entry, and all of it as a CSV file.
import { byId, h } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { signed } from "./action_log.js";
import { LANGUAGE, count, dayOf, either, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

export function readStatement(/** @type {Account} */ account, /** @type {Section} */ section) {
  byId("csv").addEventListener("click", async () => {
    const file = await section.press(byId("csv"), "csv", () => fetchFile(account.session, `/v1/me/points/entries.csv?language=${LANGUAGE}`, "text/csv"));
    if (file !== null) save(file, "tianfu-points.csv");
  });
  return section.list("entries", (cursor) => account.ask(`/v1/me/points/entries?limit=${PAGE}${cursor}`), entryRow, () => t("statement.none"));
}

function entryRow(/** @type {ItemOf<"/v1/me/points/entries">} */ entry) {
  return h(
    "li",
    { class: "entry", "data-entry": entry.id, "data-reason": entry.reason, "data-reward": entry.reward?.slug ?? null },
    h("div", {}, h("p", { class: "entry-name" }, either(entry.description)), h("p", { class: "note" }, momentOf(entry.at)), h("p", { class: "note" }, t("statement.lot", { day: dayOf(entry.expires_on) }))),
    h("div", { class: "entry-end" }, h("strong", { class: entry.points > 0 ? "is-in" : "" }, signed(entry.points)), h("span", { class: "note" }, t("statement.after", { balance: count(entry.balance_after) }))),
  );
}
