// A certificate: its picture, what it says and does not say, and for its holder the name on it, a new link and sharing.
import { SERVER } from "../../config";
import type { Schema } from "../../lib/client";
import { fetchFile, savePicture } from "../../lib/files";
import { linesOf } from "../../lib/lines";
import { certificateQuery } from "../../lib/links";
import { confirmed, go, page, tell } from "../../lib/page";
import { ask, askOpen } from "../../lib/session";
import { dayOf, either, language, mass, momentOf, t } from "../../lib/texts";
import type { Key } from "../../lib/texts";

type View = Schema<"CertificateView">;

page(
  "certificate",
  {
    view: null as null | { number: string; event: string; days: string; issued: string; grams: string; heading: string; kind: string; statement: string; logged: string; name: string; footprint: string },
    footprint: null as unknown,
    picture: "",
    isMine: false,
    typedName: "",
    asksName: false,
  },
  {
    url: "",
    opened({ number = "" }: Record<string, string | undefined>) {
      return this.read(async (options) => {
        const header: Record<string, string> = this.query.s ? { "X-Certificate-Secret": this.query.s } : {};
        const view = await askOpen("get", "/v1/certificates/{number}", { path: { number }, header } as never, options) as View;
        this.show(view);
        // Whether it is the reader's own: only then it can be named and linked anew.
        const mine = await ask("get", "/v1/me/certificates", { query: { limit: 100 } }, options).then(({ items }) => items.some((each) => each.number === number), () => false);
        this.setData({ isMine: mine });
      });
    },
    show(view: View) {
      this.url = view.url;
      const { offset, footprint } = view;
      const lines = footprint.lines ?? linesOf(view);
      this.setData({
        view: {
          number: view.number,
          event: either(view.event.name),
          days: view.event_starts_on === view.event_ends_on ? dayOf(view.event_starts_on) : t("mini.days", { from: dayOf(view.event_starts_on), to: dayOf(view.event_ends_on) }),
          issued: momentOf(view.issued_at),
          grams: mass(offset.grams),
          heading: t(`certificate.heading.${claimOf(offset)}`),
          kind: shareOf(offset),
          statement: either(view.statement),
          logged: view.log ? t("mini.certificate.logged", { position: view.log.position }) : t("mini.certificate.logging"),
          name: view.name ?? "",
          footprint: `${mass(footprint.total_g)} ±${footprint.uncertainty_pct}%`,
        },
        footprint: lines ? { lines, boundary: footprint.boundary } : null,
        // Drawn anew when the name changes.
        picture: `${SERVER}/v1/certificates/${view.number}.png?language=${language()}${view.name ? `#${encodeURIComponent(view.name)}` : ""}`,
      });
    },
    look() {
      wx.previewImage({ urls: [this.data.picture] });
    },
    async save() {
      const { view } = this.data;
      const saved = await this.perform(async () => {
        const file = await fetchFile(`/v1/certificates/${view?.number}.png?language=${language()}`, `${view?.number}.png`);
        return savePicture(file);
      });
      if (saved !== null) tell(t(saved ? "mini.saved" : "mini.not_saved"));
    },
    copy() {
      wx.setClipboardData({ data: this.query.s ? `${this.url.split("#")[0]}#s=${this.query.s}` : this.url });
    },
    async renew() {
      const number = this.data.view?.number ?? "";
      if (!(await confirmed(t("certificates.renew.title", { number }), t("certificates.renew.text")))) return;
      const link = await this.perform((options) => ask("post", "/v1/me/certificates/{number}/link", { path: { number } }, options));
      if (link === null) return;
      this.query = certificateQuery(link.url);
      this.url = link.url;
      tell(t("certificates.renewed"));
    },
    askName() {
      this.setData({ asksName: true, typedName: this.data.view?.name ?? "" });
    },
    typeName({ detail }: WechatMiniprogram.Input) {
      this.setData({ typedName: detail.value });
    },
    async putName() {
      const number = this.data.view?.number ?? "";
      const name = this.data.typedName.trim();
      if (!name) return;
      const done = await this.perform((options) => ask("post", "/v1/me/certificates/{number}/name", { path: { number }, body: { name, consent: true } }, options));
      if (done === null) return;
      this.setData({ asksName: false });
      await this.opened(this.query);
    },
    async removeName() {
      const number = this.data.view?.number ?? "";
      const done = await this.perform(async (options) => {
        await ask("delete", "/v1/me/certificates/{number}/name", { path: { number } }, options);
        return true;
      });
      if (done === null) return;
      this.setData({ asksName: false });
      await this.opened(this.query);
    },
    toAll() {
      go("certificates");
    },
    /** What is shared shows totals: the holder's secret stays with the holder. */
    onShareAppMessage() {
      return { title: this.data.view?.event, path: `/pages/certificate/certificate?number=${this.data.view?.number}` };
    },
  },
);


type Offset = View["offset"];

/** An offset, a contribution where the organiser takes care of a source, or both: the certificate's own words. */
const claimOf = ({ grams, contribution_g }: Offset): "offset" | "contribution" | "mixed" => (contribution_g === 0 ? "offset" : contribution_g < grams ? "mixed" : "contribution");

function shareOf(offset: Offset): string {
  const claim = claimOf(offset);
  if (offset.allocations.length === 0) return t("certificate.share.nothing");
  return claim === "contribution" ? t("certificate.share.contribution") : t(`certificate.share.${claim}.${offset.kind}` as Key);
}
