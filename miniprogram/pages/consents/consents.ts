// Every consent with its state: given and withdrawn with one tap each, and asked for again where the policy changed.
import type { Schema } from "../../lib/client";
import { go, page } from "../../lib/page";
import { ask } from "../../lib/session";
import { either, t } from "../../lib/texts";

type Consent = Schema<"backend.messages.community.community.ConsentView">;

page(
  "consents",
  { rows: [] as { scope: string; name: string; about: string; state: string; tone: string; give: string; mayWithdraw: boolean; isByBinding: boolean }[] },
  {
    consents: [] as Consent[],
    shown() {
      return this.read((options) => this.readRows(options));
    },
    async readRows(options: object) {
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
    toPolicy() {
      go("policy");
    },
  },
);
