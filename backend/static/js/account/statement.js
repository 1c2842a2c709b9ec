// Points, movement by movement, and all of them as a table to take along.
import { byId, h } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { showPage } from "../shared/lazy_section.js";
import { signed } from "./action_log.js";
import { LANGUAGE, count, dayOf, either, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

export function readStatement(account, section) {
  const more = byId("entries-more");
  const read = async (cursor = null) => {
    const page = await account.ask(`/v1/me/points/entries?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    showPage(byId("entries"), more, page, entryRow, { isNext: cursor !== null });
    if (page.items.length === 0 && cursor === null) byId("entries").replaceChildren(h("li", { class: "note" }, t("statement.none")));
    return page;
  };
  more.addEventListener("click", () => section.press(more, "entries-more", () => read(more.dataset.cursor)));
  byId("csv").addEventListener("click", async () => {
    const file = await section.press(byId("csv"), "csv", () => fetchFile(account.session, `/v1/me/points/entries.csv?language=${LANGUAGE}`, "text/csv"));
    if (file !== null) save(file, "tianfu-points.csv");
  });
  return () => read();
}

function entryRow(entry) {
  return h(
    "li",
    { class: "entry", "data-entry": entry.id, "data-reason": entry.reason, "data-reward": entry.reward?.slug ?? null },
    h("div", {}, h("p", { class: "entry-name" }, either(entry.description)), h("p", { class: "note" }, momentOf(entry.at)), h("p", { class: "note" }, t("statement.lot", { day: dayOf(entry.expires_on) }))),
    h("div", { class: "entry-end" }, h("strong", { class: entry.points > 0 ? "is-in" : "" }, signed(entry.points)), h("span", { class: "note" }, t("statement.after", { balance: count(entry.balance_after) }))),
  );
}
