// The citizen's report of a month or a year: its picture, the same in words, saving and sharing.
import { clock } from "../../lib/client";
import { fetchFile, savePicture } from "../../lib/files";
import { page, tell } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, dayKeyOf, language, mass, monthOf, t } from "../../lib/texts";

const MONTHS = 12;
// An action may be logged that was done up to a week before its citizen signed up.
const BACKDATED_MS = 7 * 86_400_000;

page(
  "reports",
  { kind: "year", shown_period: "", hasBefore: false, hasAfter: false, picture: "", words: "" },
  {
    period: "",
    first: "",
    opened({ kind = "year" }: Record<string, string | undefined>) {
      this.setData({ kind });
      return this.begin();
    },
    today: () => dayKeyOf(Date.now() + clock.aheadMs),
    begin() {
      this.period = this.today().slice(0, this.data.kind === "year" ? 4 : 7);
      return this.show();
    },
    choose({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.setData({ kind: currentTarget.dataset.kind });
      return this.begin();
    },
    move({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.period = neighbour(this.period, Number(currentTarget.dataset.by));
      return this.show();
    },
    show() {
      const { period } = this;
      return this.read(async (options) => {
        if (!this.first) this.first = dayKeyOf(Date.parse((await ask("get", "/v1/me", {}, options)).created_at) - BACKDATED_MS);
        const name = period.length === 4 ? t("format.year", { year: period }) : monthOf(period);
        this.setData({ shown_period: name, hasBefore: period > this.first.slice(0, period.length), hasAfter: period < this.today().slice(0, period.length) });
        const report = await ask("get", "/v1/me/reports/{period}", { path: { period } }, options);
        const words = t("report.alt", { period: name, actions: count(report.actions), mass: mass(report.reduction_g), self: mass(report.self_declared_g), points: count(report.points.earned), days: count(report.active_days) });
        const picture = await fetchFile(`/v1/me/reports/${period}.png?language=${language()}`, `tianfu-${period}-${language()}.png`);
        // Somebody who goes on to the next period sees that one.
        if (period === this.period) this.setData({ words, picture });
      });
    },
    look() {
      wx.previewImage({ urls: [this.data.picture] });
    },
    async save() {
      const saved = await this.perform(() => savePicture(this.data.picture));
      if (saved !== null) tell(t(saved ? "mini.saved" : "mini.not_saved"));
    },
    /** A picture goes to friends as it is; a card of the mini-program would show theirs, not this one. */
    share() {
      wx.showShareImageMenu({ path: this.data.picture, fail: () => undefined });
    },
  },
);

function neighbour(period: string, by: number): string {
  const [year, month] = period.split("-").map(Number);
  if (month === undefined) return String(year + by);
  const months = year * MONTHS + month - 1 + by;
  return `${Math.floor(months / MONTHS)}-${String((months % MONTHS) + 1).padStart(2, "0")}`;
}
