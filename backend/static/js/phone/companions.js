// Who came along by somebody's phone: whose badge, where, what it emitted, and the certificate. Nobody has a name here.
import { byId, h } from "../shared/dom.js";
import { pathOf } from "../shared/result.js";
import { showPage } from "../shared/lazy_section.js";
import { either, mass, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

const pathFrom = (cursor) => `/v1/me/companions?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;

/** The account's card; hidden while nobody came along. */
export function readCompanions(account, section) {
  const more = byId("companions-more");
  const read = async (cursor = null) => {
    const page = await account.ask(pathFrom(cursor));
    showPage(byId("companions"), more, page, companionRow, { isNext: cursor !== null });
    byId("companions-card").hidden = byId("companions").children.length === 0;
    return page;
  };
  more.addEventListener("click", () => section.press(more, "companions-more", () => read(more.dataset.cursor)));
  return () => read();
}

/** Those of one event, on the phone that brought them: eight at most, so the newest twenty may miss none of today's. */
export async function showCompanionsOf(session, slug) {
  const { items } = await session.ask(pathFrom(null));
  const here = items.filter((each) => each.event.slug === slug);
  byId("companions").replaceChildren(...here.map(companionRow));
  byId("companions-card").hidden = here.length === 0;
}

export const whoOf = ({ kind, badge_serial }) => t(`companion.who.${kind}`, { serial: badge_serial });

function companionRow(each) {
  const grams = each.footprint_g === null ? t("companion.waiting") : t("companion.footprint", { mass: mass(each.footprint_g) });
  const offset = each.grams ? t("companion.offset", { mass: mass(each.grams) }) : null;
  const link = each.certificate_url ? h("a", { class: "button tiny", href: pathOf(each.certificate_url) }, t("companion.certificate")) : null;
  return h(
    "li",
    { class: "entry", "data-companion": each.badge_serial },
    h("div", {}, h("p", { class: "entry-name" }, whoOf(each)), h("p", { class: "note" }, [either(each.event.name), each.joined_at && momentOf(each.joined_at)].filter(Boolean).join(" · ")), h("p", { class: "note" }, [grams, offset].filter(Boolean).join(" · "))),
    link ? h("div", { class: "entry-buttons" }, link) : null,
  );
}
