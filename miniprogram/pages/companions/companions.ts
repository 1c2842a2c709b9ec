// Companions, whom this citizen scanned in by their badges: the badge, the event, the footprint, the certificate. No names.
import { certificateQuery } from "../../lib/links";
import { more } from "../../lib/list";
import { go, page } from "../../lib/page";
import { ask } from "../../lib/session";
import { either, mass, momentOf, t } from "../../lib/texts";
import type { Key } from "../../lib/texts";

type Row = { serial: number; who: string; event: string; told: string; url: string };

page(
  "companions",
  { rows: [] as Row[], cursor: null as string | null, isEmpty: false },
  {
    shown() {
      return this.read(() => this.readRows(null));
    },
    async readRows(cursor: string | null) {
      const found = await more(this.data.rows, cursor, (query) => ask("get", "/v1/me/companions", { query }), (each): Row => ({
        serial: each.badge_serial,
        who: t(`companion.who.${each.kind}` as Key, { serial: each.badge_serial }),
        event: [either(each.event.name), each.joined_at ? momentOf(each.joined_at) : ""].filter(Boolean).join(" · "),
        told: [each.footprint_g === null ? t("companion.waiting") : t("companion.footprint", { mass: mass(each.footprint_g) }), each.grams ? t("companion.offset", { mass: mass(each.grams) }) : ""].filter(Boolean).join(" · "),
        url: each.certificate_url ?? "",
      }));
      this.setData({ ...found, isEmpty: found.rows.length === 0 });
    },
    older() {
      return this.perform(() => this.readRows(this.data.cursor));
    },
    open({ currentTarget }: WechatMiniprogram.TouchEvent) {
      go("certificate", certificateQuery(currentTarget.dataset.url));
    },
  },
);
