// The account at a glance: points and when the next ones expire, level and medals, reductions by method and by claim.
import { byId, h, icon } from "../shared/dom.js";
import { ICONS } from "../phone/actions.js";
import { count, dayOf, either, mass, t } from "../shared/i18n.js";

/**
 * A medal: the highest level earned, and the next one.
 * @typedef {{code: string, earned?: Schema<"MedalEarned">, next?: Schema<"MedalProgress">}} Medal
 * @typedef {Map<string, ItemOf<"/v1/methods">>} Methods
 */

const CLAIMS = /** @type {const} */ (["personal", "donated", "aggregated", "cancelled"]);
/** @type {Record<string, string>} */
const MEDAL_ICONS = { first_action: "leaf", streak: "check", saver: "star", metro: "metro", bus: "bus", cyclist: "bike", walker: "travel_local", clean_plate: "plate", own_things: "cup", recycler: "bag", attendee: "qr", neutral: "shield" };

export function readOverview(/** @type {Account} */ account) {
  return async () => {
    const [summary, points, medals, methods] = await Promise.all([account.ask("/v1/me/summary"), account.ask("/v1/me/points"), account.ask("/v1/me/medals"), account.methods()]);
    account.showBalance(summary.balance);
    showExpiry(points);
    showPending(points.pending);
    showLevel(medals.level);
    showMedals(medals);
    showKinds(summary, methods);
    showClaims(summary.claims);
    byId("attended").hidden = summary.attendances === 0;
    byId("attendances").textContent = count(summary.attendances);
    byId("footprint").textContent = mass(summary.footprint_g);
    byId("offset").textContent = mass(summary.offset_g);
  };
}

function showExpiry(/** @type {AnswerOf<"/v1/me/points">} */ { balance, available, next_expiry }) {
  const next = next_expiry ? t("overview.expiry", { points: count(next_expiry.points), day: dayOf(next_expiry.expires_on) }) : t("overview.expiry.none");
  byId("expiry").textContent = available === balance ? next : `${t("overview.unavailable", { points: count(available) })} ${next}`;
}

function showPending(/** @type {AnswerOf<"/v1/me/points">["pending"]} */ pending) {
  const first = pending?.items[0];
  byId("pending").hidden = !first;
  if (pending && first) byId("pending").textContent = t("overview.pending", { points: count(pending.points), day: dayOf(first.lapses_on) });
}

function showLevel(/** @type {AnswerOf<"/v1/me/medals">["level"]} */ { verified_g, level, next, left_g }) {
  byId("level").textContent = either(level.name);
  byId("level-mass").textContent = mass(verified_g);
  byId("level-left").textContent = next ? t("overview.level.left", { mass: mass(left_g), name: either(next.name) }) : t("overview.level.top");
  const share = next ? (verified_g - level.from_g) / (next.from_g - level.from_g) : 1;
  byId("level-fill").style.setProperty("--share", String(Math.min(1, Math.max(0, share))));
}

/** One tile a medal: the highest level earned, and the way to the next. */
function showMedals(/** @type {AnswerOf<"/v1/me/medals">} */ { earned, progress }) {
  /** @type {Map<string, Medal>} */
  const medals = new Map();
  for (const each of earned) {
    const medal = medals.get(each.code) ?? { code: each.code };
    if (!medal.earned || each.level > medal.earned.level) medal.earned = each;
    medals.set(each.code, medal);
  }
  for (const each of progress) medals.set(each.code, { ...(medals.get(each.code) ?? { code: each.code }), next: each });
  byId("medals").replaceChildren(...[...medals.values()].map(medalTile));
  byId("medals-told").textContent = t("overview.medals.told", { n: count(earned.length) });
}

function medalTile(/** @type {Medal} */ { code, earned, next }) {
  const shown = /** @type {NonNullable<typeof earned | typeof next>} */ (earned ?? next);
  const sign = h("span", { class: "medal-sign", "aria-hidden": "true" }, icon(MEDAL_ICONS[code] ?? "star"));
  sign.style.setProperty("--share", String(next ? Math.min(1, next.value / next.at) : 1));
  const way = next ? t("overview.medal.progress", { value: count(next.value), at: count(next.at), unit: either(next.unit) }) : t("overview.medal.done");
  return h(
    "li",
    { class: earned ? "medal is-earned" : "medal", "data-medal": code, title: either((next ?? shown).about) },
    sign,
    h("strong", {}, either(shown.name)),
    h("span", { class: "sr" }, earned ? t("overview.medal.earned", { level: earned.level }) : t("overview.medal.none"), " "),
    h("small", {}, way),
  );
}

function showKinds(/** @type {AnswerOf<"/v1/me/summary">} */ { by_method, reduction_g, self_declared_g, actions }, /** @type {Methods} */ methods) {
  byId("reduction").textContent = mass(reduction_g);
  byId("self").textContent = mass(self_declared_g);
  byId("action-count").textContent = count(actions);
  const rows = [...by_method].sort((one, other) => other.reduction_g - one.reduction_g || other.points - one.points);
  const most = Math.max(1, ...rows.map((row) => row.reduction_g));
  byId("kinds").replaceChildren(...(rows.length > 0 ? rows.map((row) => kindRow(row, methods, most)) : [h("li", { class: "note" }, t("overview.kinds.none"))]));
}

function kindRow(/** @type {AnswerOf<"/v1/me/summary">["by_method"][number]} */ row, /** @type {Methods} */ methods, /** @type {number} */ most) {
  const fill = h("span", { class: "bar-fill" });
  fill.style.setProperty("--share", String(row.reduction_g / most));
  return h(
    "li",
    { class: "bar bar-row", "data-method": row.method },
    icon(ICONS[row.method] ?? "leaf"),
    h("span", { class: "bar-name" }, either(methods.get(row.method)?.name) || row.method, " ", h("small", {}, t("overview.kind", { actions: count(row.actions), points: count(row.points) }))),
    h("span", { class: "bar-mass" }, mass(row.reduction_g)),
    h("span", { class: "bar-track", "aria-hidden": "true" }, fill),
  );
}

function showClaims(/** @type {AnswerOf<"/v1/me/summary">["claims"]} */ claims) {
  byId("claims-lead").textContent = claims.logged_g > 0 ? t("overview.claims.lead", { mass: mass(claims.logged_g) }) : t("overview.claims.none");
  byId("claims-bar").hidden = byId("claims").hidden = claims.logged_g === 0;
  byId("claims-bar").replaceChildren(
    ...CLAIMS.map((state) => {
      const part = h("span", { "data-claim": state });
      part.style.setProperty("--grams", String(claims[`${state}_g`]));
      return part;
    }),
  );
  byId("claims").replaceChildren(...CLAIMS.map((state) => h("div", { "data-claim": state }, h("dt", {}, t(`claim.${state}`)), h("dd", {}, mass(claims[`${state}_g`])))));
}
