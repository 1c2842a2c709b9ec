// Every consent with its state: given and withdrawn with one tap each, and asked for again where the policy changed.
import type { Schema } from "../../lib/client";
import { PAGE } from "../../lib/list";
import { go, page } from "../../lib/page";
import { ask, askOpen } from "../../lib/session";
import { either, momentOf, t } from "../../lib/texts";

type Consent = Schema<"backend.messages.community.community.ConsentView">;

page(
  "consents",
  { rows: [] as { scope: string; name: string; about: string; state: string; tone: string; give: string; mayWithdraw: boolean; isByBinding: boolean }[], partners: [] as { code: string; name: string; text: string; version: string }[], partner: 0, bindingCode: "", grants: [] as { id: string; name: string; note: string }[] },
  {
    consents: [] as Consent[],
    shown() {
      return this.read((options) => this.readRows(options));
    },
    async readRows(options: object) {
      const [sources, grants] = await Promise.all([askOpen("get", "/v1/sources", {}, options), ask("get", "/v1/me/source-grants", { query: { limit: PAGE } }, options)]);
      this.setData({
        partners: sources.items.map(({ code, name, consent }) => ({ code, name: either(name), text: either(consent.text), version: consent.version })),
        grants: grants.items.filter(({ withdrawn_at }) => withdrawn_at === null).map(({ id, partner, granted_at }) => ({ id, name: either(partner.name), note: momentOf(granted_at) })),
      });
      this.consents = (await ask("get", "/v1/me/consents", {}, options)).items;
      this.setData({
        rows: this.consents.map((consent) => {
          const state = consent.is_granted ? "given" : consent.renewal_needed ? "renewal" : "none";
          // A partner is bound with a code that the partner gives.
          const isByBinding = consent.scope === "partner_sources" && state === "none";
          return {
            scope: consent.scope,
            name: either(consent.name),
            about: either(consent.about),
            state: t(`privacy.state.${state}` as "privacy.state.given"),
            tone: state === "given" ? "good" : state === "renewal" ? "warn" : "",
            give: consent.is_granted || isByBinding ? "" : t(state === "renewal" ? "privacy.give.again" : "privacy.give"),
            mayWithdraw: consent.is_granted || consent.renewal_needed,
            isByBinding,
          };
        }),
      });
    },
    give({ currentTarget }: WechatMiniprogram.TouchEvent) {
      return this.decide(currentTarget.dataset.scope, true);
    },
    withdraw({ currentTarget }: WechatMiniprogram.TouchEvent) {
      return this.decide(currentTarget.dataset.scope, false);
    },
    async decide(scope: string, granted: boolean) {
      const policy_version = this.consents.find((consent) => consent.scope === scope)?.policy_in_force;
      const done = await this.perform((options) => ask("post", "/v1/me/consents", { body: { scope, granted, policy_version } }, options));
      if (done) await this.read((options) => this.readRows(options));
    },
    choosePartner({ detail }: WechatMiniprogram.PickerChange) {
      this.setData({ partner: Number(detail.value) });
    },
    typeCode({ detail }: WechatMiniprogram.Input) {
      this.setData({ bindingCode: detail.value });
    },
    /** The text above the button is what is agreed to; its version goes with it. */
    async bind() {
      const partner = this.data.partners[this.data.partner];
      const binding_code = this.data.bindingCode.trim();
      if (!partner || !binding_code) return;
      const done = await this.perform((options) => ask("post", "/v1/me/source-grants", { body: { partner: partner.code, binding_code, consent: true, consent_version: partner.version } }, options));
      if (!done) return;
      this.setData({ bindingCode: "" });
      await this.read((options) => this.readRows(options));
    },
    async unbind({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const done = await this.perform(async (options) => {
        await ask("delete", "/v1/me/source-grants/{grant_id}", { path: { grant_id: currentTarget.dataset.id } }, options);
        return true;
      });
      if (done) await this.read((options) => this.readRows(options));
    },
    toPolicy() {
      go("policy");
    },
  },
);
