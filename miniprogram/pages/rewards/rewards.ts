// Rewards that points may be redeemed for; a confirmation first, because a redemption costs something.
import { newKey } from "../../lib/client";
import type { Schema } from "../../lib/client";
import { confirmed, go, page } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, either, t } from "../../lib/texts";
import type { Key } from "../../lib/texts";

type Reward = Schema<"RewardView">;
interface Card {
  slug: string;
  kind: string;
  name: string;
  about: string;
  cost: string;
  left: string;
  why: string;
}

page(
  "rewards",
  { cards: [] as Card[], isEmpty: false, points: "" },
  {
    rewards: [] as Reward[],
    available: 0,
    /** A redemption that nobody has answered yet keeps its key. */
    keys: {} as Record<string, string>,
    shown() {
      return this.read(async (options) => {
        const [{ items }, points] = await Promise.all([ask("get", "/v1/rewards", { query: { limit: 100 } }, options), ask("get", "/v1/me/points", {}, options)]);
        this.rewards = items;
        this.available = points.available;
        this.setData({ points: count(points.available), isEmpty: items.length === 0, cards: items.map((reward) => cardOf(reward, points.available)) });
      });
    },
    async redeem({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const reward = this.rewards.find(({ slug }) => slug === currentTarget.dataset.slug);
      if (!reward) return;
      const points = count(reward.cost_points);
      const told = [t("rewards.confirm.balance", { points, left: count(this.available - reward.cost_points) }), t(reward.is_final ? "rewards.confirm.final" : "rewards.confirm.open"), reward.voucher_days === null ? "" : t("rewards.confirm.days", { days: count(reward.voucher_days) })];
      if (!(await confirmed(t("rewards.confirm", { name: either(reward.name) }), told.filter(Boolean).join("\n")))) return;
      const key = this.keys[reward.slug] ?? newKey();
      this.keys[reward.slug] = key;
      const answer = await this.perform((options) => ask("post", "/v1/rewards/{slug}/redemptions", { path: { slug: reward.slug }, body: { cost_points: reward.cost_points } }, { ...options, key }));
      if (answer === null) return;
      delete this.keys[reward.slug];
      go("voucher", { id: answer.id });
    },
    toMine() {
      go("redemptions");
    },
  },
);

function cardOf(reward: Reward, available: number): Card {
  const left = reward.stock_left === null ? t("rewards.left.any") : t("rewards.left", { left: count(reward.stock_left) });
  return {
    slug: reward.slug,
    kind: [t(`rewards.kind.${reward.kind}` as Key), either(reward.merchant)].filter(Boolean).join(" · "),
    name: either(reward.name),
    about: either(reward.about),
    cost: t("rewards.cost", { points: count(reward.cost_points) }),
    left: [left, reward.mine_left ? t("rewards.mine", { n: count(reward.mine_left) }) : ""].filter(Boolean).join(" · "),
    why: obstacle(reward, available),
  };
}

/** Why a reward cannot be redeemed just now; the server decides. */
function obstacle(reward: Reward, available: number): string {
  if (reward.state !== "open") return t(`rewards.state.${reward.state}` as Key);
  if (reward.mine_left === 0) return t("rewards.had");
  return available < reward.cost_points ? t("rewards.short", { points: count(reward.cost_points - available) }) : "";
}
