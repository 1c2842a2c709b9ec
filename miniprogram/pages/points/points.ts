// The statement of points, entry by entry, and all of it as a file.
import { fetchFile, shareFile } from "../../lib/files";
import { more } from "../../lib/list";
import { page } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, dayOf, either, language, momentOf, t } from "../../lib/texts";

type Row = { id: string; name: string; at: string; lot: string; points: string; isIn: boolean; after: string };

page(
  "points",
  { balance: "", expiry: "", pending: "", rows: [] as Row[], cursor: null as string | null, isEmpty: false },
  {
    shown() {
      return this.read(async (options) => {
        const { balance, available, next_expiry, pending } = await ask("get", "/v1/me/points", {}, options);
        const next = next_expiry ? t("overview.expiry", { points: count(next_expiry.points), day: dayOf(next_expiry.expires_on) }) : t("overview.expiry.none");
        const first = pending?.items[0];
        this.setData({
          balance: count(balance),
          expiry: available === balance ? next : `${t("overview.unavailable", { points: count(available) })} ${next}`,
          pending: pending?.points && first ? t("overview.pending", { points: count(pending.points), day: dayOf(first.lapses_on) }) : "",
        });
        await this.readRows(null);
      });
    },
    async readRows(cursor: string | null) {
      const found = await more(this.data.rows, cursor, (query) => ask("get", "/v1/me/points/entries", { query }), (entry): Row => ({
        id: entry.id,
        name: either(entry.description),
        at: momentOf(entry.at),
        lot: t("statement.lot", { day: dayOf(entry.expires_on) }),
        points: `${entry.points > 0 ? "+" : ""}${count(entry.points)}`,
        isIn: entry.points > 0,
        after: t("statement.after", { balance: count(entry.balance_after) }),
      }));
      this.setData({ ...found, isEmpty: found.rows.length === 0 });
    },
    older() {
      return this.perform(() => this.readRows(this.data.cursor));
    },
    async csv() {
      const file = await this.perform(() => fetchFile(`/v1/me/points/entries.csv?language=${language()}`, "tianfu-points.csv"));
      if (file) await shareFile(file, "tianfu-points.csv");
    },
  },
);
