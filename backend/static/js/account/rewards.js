// Rewards that points may be redeemed for: a card each, a confirmation, and the voucher.
import { confirm } from "../shared/confirm.js";
import { byId, h, icon } from "../shared/dom.js";
import { showRows } from "../shared/lazy_section.js";
import { codeOf } from "./redemptions.js";
import { count, either, t } from "../shared/i18n.js";

const PAGE = 100;
const ICONS = { goods: "bag", coupon: "cup", ticket: "metro", donation: "leaf" };

export function readRewards(/** @type {Account} */ account, /** @type {Section} */ section) {
  return async () => {
    const [{ items }, { available }] = await Promise.all([account.ask(`/v1/rewards?limit=${PAGE}`), account.ask("/v1/me/points")]);
    const cards = items.map((reward) => card(account, section, reward, available));
    showRows(byId("rewards"), cards, t("rewards.none"));
  };
}

function card(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/rewards">} */ reward, /** @type {number} */ available) {
  const button = h("button", { class: "button primary", type: "button", "data-redeem": reward.slug }, t("rewards.redeem"));
  button.addEventListener("click", () => ask(account, section, reward, available));
  const why = obstacle(reward, available);
  button.disabled = why !== null;
  return h(
    "li",
    { class: "card reward", "data-reward": reward.slug, "data-state": reward.state },
    h("span", { class: "step-icon", "aria-hidden": "true" }, icon(ICONS[reward.kind] ?? "gift")),
    h("div", { class: "reward-words" }, h("p", { class: "eyebrow" }, [t(`rewards.kind.${reward.kind}`), either(reward.merchant)].filter(Boolean).join(" · ")), h("h3", {}, either(reward.name)), h("p", { class: "note" }, either(reward.about))),
    h("p", { class: "reward-stock note" }, [reward.stock_left === null ? t("rewards.left.any") : t("rewards.left", { left: count(reward.stock_left) }), reward.mine_left !== null && reward.mine_left > 0 ? t("rewards.mine", { n: count(reward.mine_left) }) : null].filter(Boolean).join(" · ")),
    h("div", { class: "reward-end" }, h("strong", { class: "reward-cost" }, t("rewards.cost", { points: count(reward.cost_points) })), why ? h("span", { class: "note" }, why) : null, button),
  );
}

/** Why a reward cannot be redeemed just now; the server decides. */
function obstacle(/** @type {ItemOf<"/v1/rewards">} */ reward, /** @type {number} */ available) {
  if (reward.state !== "open") return t(`rewards.state.${reward.state}`);
  if (reward.mine_left === 0) return t("rewards.had");
  if (available < reward.cost_points) return t("rewards.short", { points: count(reward.cost_points - available) });
  return null;
}

function ask(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/rewards">} */ reward, /** @type {number} */ available) {
  const points = count(reward.cost_points);
  confirm({
    title: t("rewards.confirm", { name: either(reward.name) }),
    texts: [
      t("rewards.confirm.balance", { points, left: count(available - reward.cost_points) }),
      reward.is_final ? t("rewards.confirm.final") : t("rewards.confirm.open"),
      reward.voucher_days === null ? null : t("rewards.confirm.days", { days: count(reward.voucher_days) }),
    ],
    yes: t("rewards.confirm.yes", { points }),
    perform: async (button, notices) => {
      const body = { cost_points: reward.cost_points };
      const redeem = (/** @type {string} */ key) => account.post(`/v1/rewards/${encodeURIComponent(reward.slug)}/redemptions`, body, key);
      const answer = await section.press(button, ["redeem", reward.slug, body], redeem, notices);
      // What was refused may have changed what the card says: a price, the last piece.
      account.changed(answer?.balance ?? null);
      if (answer === null) return null;
      const balance = h("p", { id: "redeemed", "data-redemption": answer.id }, answer.qr ? "" : `${t("rewards.done.donation")} `, t("rewards.done.balance", { balance: count(answer.balance) }));
      return [t("rewards.done"), h("p", {}, h("strong", {}, either(reward.name))), answer.qr ? await codeOf(account, answer) : null, balance];
    },
  });
}
