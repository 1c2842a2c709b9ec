// A citizen's pass: a code for staff to scan that changes every minute; ten minutes' worth are kept for a lost network.
import { clock } from "../../lib/client";
import type { Schema } from "../../lib/client";
import { page } from "../../lib/page";
import { ask } from "../../lib/session";
import { either, t } from "../../lib/texts";

const REFILL_MS = 120_000;
const TICK_MS = 500;

page(
  "pass",
  { name: "", code: "", left: "", number: 0 },
  {
    items: [] as Schema<"PassCode">[],
    ticking: 0,
    refilling: 0,
    isLost: false,
    opened({ slug = "" }: Record<string, string | undefined>) {
      this.items = [];
      const fill = () => ask("get", "/v1/me/pass", { query: { event: slug } });
      this.refilling = setInterval(() => {
        fill().then(
          (pass) => {
            this.items = pass.items;
            this.isLost = false;
          },
          () => {
            this.isLost = true;
          },
        );
      }, REFILL_MS);
      this.ticking = setInterval(() => this.tick(), TICK_MS);
      wx.setKeepScreenOn?.({ keepScreenOn: true });
      return this.read(async (options) => {
        const pass = await ask("get", "/v1/me/pass", { query: { event: slug } }, options);
        this.items = pass.items;
        this.setData({ name: either(pass.event.name), number: pass.number });
        this.tick();
      });
    },
    closed() {
      clearInterval(this.ticking);
      clearInterval(this.refilling);
      wx.setKeepScreenOn?.({ keepScreenOn: false });
    },
    tick() {
      const now = Date.now() + clock.aheadMs;
      const current = this.items.find(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to));
      const left = current ? t("pass.left", { seconds: Math.ceil((Date.parse(current.to) - now) / 1000) }) : t(this.isLost ? "pass.over" : "pass.wait");
      const code = current?.code ?? "";
      if (code !== this.data.code || left !== this.data.left) this.setData({ code, left });
    },
  },
);
