// Age and guardians: a child shows a code, an adult consents with it, and takes a copy, withdraws or erases for the child.
import { codeOf } from "../../lib/codes";
import { fetchFile, shareFile } from "../../lib/files";
import { confirmed, page, tell } from "../../lib/page";
import { ask } from "../../lib/session";
import { dayOf, either, momentOf, t } from "../../lib/texts";

interface Child {
  id: string;
  name: string;
  note: string;
  guardians: number;
}

page(
  "guardian",
  { age: "", isChild: false, isAdult: false, state: "", shown: null as null | { url: string; code: string; until: string }, code: "", children: [] as Child[] },
  {
    opened() {
      return this.read((options) => this.readAll(options));
    },
    async readAll(options: object) {
      const [age, { items }] = await Promise.all([ask("get", "/v1/me/age", {}, options), ask("get", "/v1/me/children", {}, options)]);
      this.setData({
        age: age.born && age.band ? t(`age.told.${age.band}`, { born: age.born, until: age.until ? dayOf(age.until) : "" }) : t("age.untold"),
        isChild: age.band === "child",
        isAdult: age.band === "adult",
        state: t(age.needs_guardian ? "guardian.needed" : "guardian.given"),
        children: items.map((child) => ({ id: child.id, name: either(child.name), note: t("guardian.since", { at: momentOf(child.since), until: dayOf(child.until) }), guardians: child.guardians })),
      });
    },
    async show() {
      const shown = await this.perform((options) => ask("post", "/v1/me/guardian-codes", {}, options));
      if (shown) this.setData({ shown: { url: shown.url, code: shown.code, until: t("guardian.until", { at: momentOf(shown.expires_at) }) } });
    },
    type({ detail }: WechatMiniprogram.Input) {
      this.setData({ code: detail.value });
    },
    /** The child's QR is a link with the code behind the #. */
    scan() {
      wx.scanCode({ success: ({ result }) => this.look(result.split("#guardian=").pop() ?? ""), fail: () => undefined });
    },
    useTyped() {
      if (this.data.code.trim()) this.look(this.data.code);
    },
    async look(text: string) {
      const code = codeOf(text).toUpperCase().replace(/-/g, "");
      const child = await this.perform((options) => ask("post", "/v1/me/guardian-codes/lookup", { body: { code } }, options));
      if (!child || !(await confirmed(t("guardian.sure", { name: either(child.name) }), either(child.about)))) return;
      const done = await this.perform((options) => ask("post", "/v1/me/children", { body: { code } }, options));
      if (!done) return;
      tell(t("guardian.done", { name: either(done.name) }));
      this.setData({ code: "" });
      await this.opened();
    },
    async copy({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const file = await this.perform(() => fetchFile(`/v1/me/children/${currentTarget.dataset.id}/export`, "tianfu-child.json"));
      if (file) await shareFile(file, "tianfu-child.json");
    },
    async withdraw({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { id, name, guardians } = currentTarget.dataset;
      if (!(await confirmed(t("guardian.withdraw.sure", { name }), t(guardians > 1 ? "guardian.withdraw.other" : "guardian.erase.text")))) return;
      const done = await this.perform((options) => ask("post", "/v1/me/children/{id}/withdrawal", { path: { id } }, options));
      if (done) await this.opened();
    },
    async erase({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { id, name } = currentTarget.dataset;
      if (!(await confirmed(t("guardian.erase.sure", { name }), t("guardian.erase.text")))) return;
      const done = await this.perform((options) => ask("delete", "/v1/me/children/{id}", { path: { id } }, options));
      if (done) await this.opened();
    },
  },
);
