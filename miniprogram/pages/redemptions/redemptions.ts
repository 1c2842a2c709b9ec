// What the citizen redeemed: codes to show at a till, and cancelling while a voucher is unused.
import { more } from "../../lib/list";
import { go, page } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, either, momentOf, t } from "../../lib/texts";
import type { Key } from "../../lib/texts";

type Row = { id: string; name: string; note: string; state: string; tone: string };

page(
  "redemptions",
  { rows: [] as Row[], cursor: null as string | null, isEmpty: false },
  {
    shown() {
      return this.read(() => this.readRows(null));
    },
    async readRows(cursor: string | null) {
      const found = await more(this.data.rows, cursor, (query) => ask("get", "/v1/me/redemptions", { query }), ({ id, reward, voucher, points, created_at }): Row => {
        const state = voucher ? voucher.state : "final";
        const when = voucher?.state === "issued" ? t("rewards.until", { at: momentOf(voucher.expires_at) }) : voucher?.used_at ? t("rewards.used", { at: momentOf(voucher.used_at) }) : momentOf(created_at);
        return { id, name: either(reward.name), note: `${t("rewards.cost", { points: count(points) })} · ${when}`, state: t(`voucher.${state}` as Key), tone: ["issued", "final"].includes(state) ? "good" : "" };
      });
      this.setData({ ...found, isEmpty: found.rows.length === 0 });
    },
    older() {
      return this.perform(() => this.readRows(this.data.cursor));
    },
    open({ currentTarget }: WechatMiniprogram.TouchEvent) {
      go("voucher", { id: currentTarget.dataset.id });
    },
  },
);
