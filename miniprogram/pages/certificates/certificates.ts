// The citizen's certificates; each opens with the holder's secret, so that its lines are shown.
import { certificateQuery } from "../../lib/links";
import { more } from "../../lib/list";
import { go, page } from "../../lib/page";
import { ask } from "../../lib/session";
import { either, mass, momentOf, t } from "../../lib/texts";

type Row = { number: string; name: string; note: string; url: string };

page(
  "certificates",
  { rows: [] as Row[], cursor: null as string | null, isEmpty: false },
  {
    shown() {
      return this.read(() => this.readRows(null));
    },
    async readRows(cursor: string | null) {
      const found = await more(this.data.rows, cursor, (query) => ask("get", "/v1/me/certificates", { query }), (each): Row => ({ number: each.number, url: each.url, name: either(each.event.name), note: t("certificates.told", { mass: mass(each.grams), when: momentOf(each.issued_at) }) }));
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
