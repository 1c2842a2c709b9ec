// Companions, whom a citizen scanned in by their badges: the badge, the event, the footprint, the certificate. No names.
import { byId, h } from "../shared/dom.js";
import { pathOf } from "../shared/result.js";
import { either, mass, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

/** The account's card; hidden while there are no companions. */
export function readCompanions(/** @type {Account} */ account, /** @type {Section} */ section) {
  const read = section.list("companions", (cursor) => account.ask(`/v1/me/companions?limit=${PAGE}${cursor}`), companionRow);
  return async () => {
    byId("companions-card").hidden = (await read()).items.length === 0;
  };
}

/** The companions of one event, on the phone that scanned them in: eight at most, so the newest twenty hold all of them. */
export async function showCompanionsOf(/** @type {Session} */ session, /** @type {string} */ slug) {
  const { items } = await session.ask(`/v1/me/companions?limit=${PAGE}`);
  const here = items.filter((each) => each.event.slug === slug);
  byId("companions").replaceChildren(...here.map(companionRow));
  byId("companions-card").hidden = here.length === 0;
}

export const whoOf = (/** @type {Pick<ItemOf<"/v1/me/companions">, "kind" | "badge_serial">} */ { kind, badge_serial }) => t(`companion.who.${kind}`, { serial: badge_serial });

function companionRow(/** @type {ItemOf<"/v1/me/companions">} */ each) {
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
