// What a list says of the organisations that an account owns: it is answered before a black listing, and appealed after.
import { h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { entryCard } from "./list_entry.js";

const PAGE = 50;

/** Fills `list` with the entries of the caller's organisations. @param {import("../shared/session.js").Session} session @param {HTMLElement} list */
export async function showHearings(session, list) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  const { items } = await session.ask(`/v1/staff/hearings?${query}`);
  const again = () => showHearings(session, list);
  list.replaceChildren(...(items.length > 0 ? items.map((entry) => entryCard(session, entry, again)) : [h("li", { class: "notice calm" }, t("lists.hearings.none"))]));
}
