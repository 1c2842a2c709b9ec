// A voucher or a merchant's code, large, for a till; cancelled here while it is unused.
import { newKey } from "../../lib/client";
import { confirmed, page, tell } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, either, momentOf, t } from "../../lib/texts";
import type { Key } from "../../lib/texts";

page(
  "voucher",
  { name: "", code: "", state: "", hint: "", until: "", mayCancel: false, points: 0 },
  {
    key: "",
    opened({ id = "" }: Record<string, string | undefined>) {
      this.key = newKey();
      return this.read(async (options) => {
        const { reward, voucher, coupon_code, points } = await ask("get", "/v1/me/redemptions/{id}", { path: { id } }, options);
        const isUsable = voucher ? voucher.state === "issued" : coupon_code !== null;
        this.setData({
          name: either(reward.name),
          points,
          code: isUsable ? (voucher?.code ?? coupon_code ?? "") : "",
          state: t(`voucher.${voucher ? voucher.state : "final"}` as Key),
          hint: !isUsable ? (voucher ? "" : t("rewards.done.donation")) : t(voucher ? "rewards.show" : "rewards.show.coupon"),
          until: voucher?.state === "issued" ? t("rewards.until", { at: momentOf(voucher.expires_at) }) : "",
          mayCancel: voucher?.state === "issued",
        });
      });
    },
    copy() {
      wx.setClipboardData({ data: this.data.code });
    },
    async cancel() {
      const points = count(this.data.points);
      if (!(await confirmed(t("rewards.cancel", { name: this.data.name }), t("rewards.cancel.text", { points })))) return;
      const answer = await this.perform((options) => ask("post", "/v1/me/redemptions/{id}/cancellation", { path: { id: this.query.id ?? "" } }, { ...options, key: this.key }));
      if (answer === null) return;
      tell(t("rewards.cancelled", { points: count(answer.points_returned) }));
      await this.opened(this.query);
    },
  },
);
