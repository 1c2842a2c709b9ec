// How the mini-program looks and speaks, and the name that others see.
import { SERVER } from "../../config";
import { confirmed, page, tell } from "../../lib/page";
import { ask, leave } from "../../lib/session";
import { forget, keep } from "../../lib/store";
import { nameTabs } from "../../lib/tabs";
import { dayOf, language, t } from "../../lib/texts";
import type { Language } from "../../lib/texts";

page(
  "settings",
  { spoken: "zh-CN" as Language, nickname: "", age: "", server: SERVER },
  {
    /** What is being typed outlives a reading of the profile. */
    isTyped: false,
    shown() {
      this.setData({ spoken: language() });
      return this.read(async (options) => {
        const [profile, age] = await Promise.all([ask("get", "/v1/me/profile", {}, options), ask("get", "/v1/me/age", {}, options)]);
        const until = age.until ? dayOf(age.until) : "";
        if (!this.isTyped) this.setData({ nickname: profile.nickname ?? "" });
        this.setData({ age: age.born ? t(`age.told.${age.band ?? "adult"}` as "age.told.adult", { born: age.born, until }) : t("age.untold") });
      });
    },
    speak({ currentTarget }: WechatMiniprogram.TouchEvent) {
      keep("language", currentTarget.dataset.language);
      nameTabs();
      this.dress();
      return this.shown();
    },
    enlarge({ detail }: WechatMiniprogram.SwitchChange) {
      if (detail.value) keep("large", true);
      else forget("large");
      this.frameTo({ isLarge: detail.value });
    },
    typeNickname({ detail }: WechatMiniprogram.Input) {
      this.isTyped = true;
      this.setData({ nickname: detail.value });
    },
    async saveNickname() {
      const nickname = this.data.nickname.trim() || null;
      const saved = await this.perform((options) => ask("post", "/v1/me/profile", { body: { nickname } }, options));
      if (!saved) return;
      this.isTyped = false;
      tell(t("mini.done"));
    },
    async signOut() {
      if (!(await confirmed(t("mini.settings.sign_out"), t("mini.settings.sign_out.sure")))) return;
      // Without an answer the session ends by itself; the phone forgets it all the same.
      await ask("delete", "/v1/sessions/current", {}).catch(() => undefined);
      leave();
      wx.reLaunch({ url: "/pages/scan/scan" });
    },
  },
);
