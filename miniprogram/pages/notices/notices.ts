// Notices, and which of them may come to WeChat: each "accept" in WeChat's dialogue allows one message.
import type { Schema } from "../../lib/client";
import { PAGE } from "../../lib/list";
import { page, tell } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, either, momentOf, t } from "../../lib/texts";
import type { Key } from "../../lib/texts";

type Row = { id: string; title: string; text: string; at: string; isRead: boolean };
type Result = Schema<"SubscriptionRequest">["result"];

page(
  "notices",
  { rows: [] as Row[], cursor: null as string | null, unread: "", isEmpty: false, offers: [] as { template: string; id: string; name: string; left: string }[] },
  {
    shown() {
      return this.read(async (options) => {
        await this.readOffers(options);
        await this.readRows(null, options);
      });
    },
    async readOffers(options: object = {}) {
      const { items } = await ask("get", "/v1/me/subscriptions", {}, options);
      this.setData({ offers: items.map(({ template, template_id, accepts }) => ({ template, id: template_id, name: t(`mini.notices.template.${template}` as Key), left: accepts ? t("mini.notices.subscribe.left", { n: count(accepts) }) : "" })) });
    },
    async readRows(cursor: string | null, options: object = {}) {
      const { items, next_cursor, unread } = await ask("get", "/v1/me/notices", { query: cursor ? { limit: PAGE, cursor } : { limit: PAGE } }, options);
      const rows = items.map(({ id, title, text, created_at, read_at }): Row => ({ id, title: either(title), text: either(text), at: momentOf(created_at), isRead: read_at !== null }));
      this.setData({ rows: cursor ? [...this.data.rows, ...rows] : rows, cursor: next_cursor, unread: unread ? t("mini.notices.unread", { n: count(unread) }) : "", isEmpty: !cursor && rows.length === 0 });
    },
    older() {
      return this.perform(() => this.readRows(this.data.cursor));
    },
    async mark({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { id } = currentTarget.dataset;
      const done = await this.perform((options) => ask("post", "/v1/me/notices/{id}/reading", { path: { id } }, options));
      if (done) await this.perform(() => this.readRows(null));
    },
    /** WeChat shows its dialogue only right after a tap, so nothing is asked of the server before it. */
    async subscribe({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { template, id } = currentTarget.dataset;
      const result = await answerOf(id);
      if (result !== "accept") tell(t("mini.notices.refused"));
      const done = await this.perform((options) => ask("post", "/v1/me/subscriptions", { body: { template, result } }, options));
      if (done) await this.readOffers();
    },
  },
);

/** What WeChat's dialogue gave; switched off in WeChat's settings it fails, which is a ban. */
const answerOf = (id: string): Promise<Result> => new Promise((resolve) => wx.requestSubscribeMessage({ tmplIds: [id], success: (told) => resolve((told[id] as Result) ?? "reject"), fail: () => resolve("ban") }));
