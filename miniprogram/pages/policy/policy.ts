// The privacy policy in force, and what each consent is for.
import { page } from "../../lib/page";
import { askOpen } from "../../lib/session";
import { dayOf, either, t } from "../../lib/texts";

page(
  "policy",
  { version: "", sections: [] as { title: string; text: string }[], scopes: [] as { title: string; text: string }[] },
  {
    opened() {
      return this.read(async (options) => {
        const { items } = await askOpen("get", "/v1/policies", {}, options);
        const inForce = items.find(({ is_in_force }) => is_in_force) ?? items[0];
        const policy = await askOpen("get", "/v1/policies/{version}", { path: { version: inForce.version } }, options);
        const told = ({ title, text }: { title: object; text: object }) => ({ title: either(title), text: either(text) });
        this.setData({ version: t("privacy.version", { version: policy.version, day: dayOf(policy.effective_at) }), sections: policy.sections.map(told), scopes: policy.scopes.map(told) });
      });
    },
  },
);
