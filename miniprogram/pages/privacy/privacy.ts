// Taking one's data along, and leaving for good with a receipt.
import type { Schema } from "../../lib/client";
import { fetchFile, shareFile } from "../../lib/files";
import { confirmed, go, page, tell } from "../../lib/page";
import { ask, leave } from "../../lib/session";
import { either, language, momentOf, t } from "../../lib/texts";

page(
  "privacy",
  { receipt: null as null | { id: string; told: string; erased: string[]; kept: { what: string; why: string }[] } },
  {
    async exportTo({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const [path, name] = currentTarget.dataset.kind === "json" ? ["/v1/me/export", "tianfu-export.json"] : [`/v1/me/export.html?language=${language()}`, "tianfu-export.html"];
      const file = await this.perform(() => fetchFile(path, name));
      if (!file) return;
      await shareFile(file, name);
      tell(t("mini.privacy.export.sent"));
    },
    async erase() {
      if (!(await confirmed(t("account.erase.title"), [t("account.erase.gone"), t("account.erase.stays"), t("account.erase.never")].join("\n")))) return;
      const receipt = await this.perform((options) => ask("delete", "/v1/me", {}, options));
      if (!receipt) return;
      // Here nothing may stay either.
      leave();
      this.show(receipt);
    },
    show(receipt: Schema<"ErasureReceipt">) {
      this.setData({
        receipt: {
          id: receipt.id,
          told: t("account.erased.receipt", { at: momentOf(receipt.at) }),
          erased: receipt.erased.filter(({ count }) => count > 0).map((part) => `${either(part.what)}${t("mini.colon")}${part.count}`),
          kept: receipt.kept.map((part) => ({ what: either(part.what), why: either(part.why) })),
        },
      });
    },
    copy() {
      wx.setClipboardData({ data: this.data.receipt?.id ?? "" });
    },
    toConsents() {
      go("consents");
    },
    toPolicy() {
      go("policy");
    },
    toContract() {
      wx.openPrivacyContract({});
    },
  },
);
