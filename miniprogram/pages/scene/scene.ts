// What may be logged with a code that was scanned: at a certified scene, or at an event that the citizen has joined.
import type { Schema } from "../../lib/client";
import { page } from "../../lib/page";
import { ask, askOpen } from "../../lib/session";
import { keep, recall } from "../../lib/store";
import { logAction, logged, tileOf } from "../../lib/tiles";
import type { Tile } from "../../lib/tiles";
import { either, t } from "../../lib/texts";

page(
  "scene",
  { name: "", place: "", rank: "", title: "", lead: "", tiles: [] as Tile[], log: [] as { text: string; lines: string[] }[] },
  {
    opened({ code = "", event = "" }: Record<string, string | undefined>) {
      return this.read(async (options) => {
        const methods = (await askOpen("get", "/v1/methods", {}, options)).items;
        if (event) {
          const found = recall<{ name: string }>("scene-code");
          this.setData({ name: found?.name ?? "", title: t("actions.title"), lead: t("actions.lead"), tiles: methods.filter((method) => method.is_at_events).map(tileOf) });
          return;
        }
        const before = recall<{ code: string; view: Schema<"CodeView"> }>("read-code");
        keep("read-code", null);
        const view = before && before.code === code ? before.view : await ask("get", "/v1/codes/{code}", { path: { code } }, options);
        const { scene } = view;
        if (!scene) return;
        this.setData({
          name: either(scene.name),
          place: [either(scene.kind_name), scene.district, scene.address].filter(Boolean).join(" · "),
          rank: scene.stars ? t("scene.stars", { stars: scene.stars }) : scene.grade ? t("scene.grade", { grade: scene.grade }) : "",
          title: t("scene.title"),
          lead: t("scene.lead"),
          tiles: methods.filter(({ code: method }) => scene.methods.includes(method)).map(tileOf),
        });
      });
    },
    quantity({ currentTarget, detail }: WechatMiniprogram.Input) {
      this.setData({ tiles: this.data.tiles.map((tile) => (tile.code === currentTarget.dataset.code ? { ...tile, quantity: detail.value } : tile)) });
    },
    async log({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const tile = this.data.tiles.find(({ code }) => code === currentTarget.dataset.code);
      if (!tile) return;
      const answer = await this.perform((options) => logAction({ method: tile.code, scene_code: this.query.code, ...(tile.needsQuantity ? { quantity: Number(tile.quantity) } : {}) }, options));
      if (answer) this.setData({ log: [logged(tile.name, answer), ...this.data.log] });
    },
  },
);
