// Partners that report for a citizen: bound with a code of theirs and a consent that is read first, withdrawn at any time.
import { confirm } from "../shared/confirm.js";
import { byId, fieldOf, h } from "../shared/dom.js";
import { noticesIn, showRows } from "../shared/lazy_section.js";
import { typedCode } from "../shared/typed_text.js";
import { count, either, momentOf, t } from "../shared/i18n.js";

const PAGE = 50;

export function readSources(/** @type {Account} */ account, /** @type {Section} */ section) {
  const form = byId("source-bind");
  const notices = noticesIn(form);
  /** @type {ItemOf<"/v1/sources">[]} */
  let sources = [];
  const chosen = () => sources.find(({ code }) => code === fieldOf(form, "partner").value);
  const showConsent = () => {
    const source = chosen();
    byId("source-consent").textContent = source ? either(source.consent.text) : "";
    fieldOf(form, "consent").checked = false;
  };
  fieldOf(form, "partner").addEventListener("change", showConsent);
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
    submitted.preventDefault();
    const source = chosen();
    if (!source) return;
    /** @type {Schema<"GrantRequest">} */
    const body = { partner: source.code, binding_code: typedCode(fieldOf(form, "code").value), consent: true, consent_version: source.consent.version };
    const answer = await section.press(byId("source-send"), body, (key) => account.post("/v1/me/source-grants", body, key), notices);
    if (answer === null) return;
    form.reset();
    account.changed();
    await section.reload();
    byId("source-done").textContent = t("sources.done", { name: either(source.name), n: count(answer.credited) });
    byId("source-done").hidden = false;
  });
  return async () => {
    const [offered, grants] = await Promise.all([account.ask("/v1/sources"), account.ask(`/v1/me/source-grants?limit=${PAGE}`)]);
    const before = fieldOf(form, "partner").value;
    const bound = new Set(grants.items.filter((grant) => !grant.withdrawn_at).map((grant) => grant.partner.code));
    sources = offered.items.filter(({ code }) => !bound.has(code));
    fieldOf(form, "partner").replaceChildren(...sources.map(({ code, name }) => h("option", { value: code, selected: code === before }, either(name))));
    form.hidden = sources.length === 0;
    if (fieldOf(form, "partner").value !== before || !byId("source-consent").textContent) showConsent();
    showRows(byId("sources"), grants.items.map((grant) => row(account, section, grant)), t(offered.items.length ? "sources.none" : "sources.nobody"));
  };
}

function row(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/source-grants">} */ grant) {
  const name = either(grant.partner.name);
  const withdraw = grant.withdrawn_at ? null : h("button", { class: "button quiet tiny", type: "button", "data-withdraw": grant.partner.code }, t("sources.withdraw"));
  withdraw?.addEventListener("click", () =>
    confirm({
      title: t("sources.withdraw.sure", { name }),
      texts: [t("sources.withdraw.text")],
      yes: t("sources.withdraw"),
      perform: async (button, notices) => {
        const gone = await section.press(button, ["withdraw", grant.id], async () => (await account.session.ask(`/v1/me/source-grants/${grant.id}`, { method: "DELETE" })) ?? true, notices);
        if (gone === null) return null;
        account.changed();
        await section.reload();
        return [t("sources.withdrawn.title", { name })];
      },
    }),
  );
  const state = grant.withdrawn_at ? t("sources.withdrawn", { at: momentOf(grant.withdrawn_at) }) : [t("sources.since", { at: momentOf(grant.granted_at) }), grant.subject_hint ? t("sources.hint", { hint: grant.subject_hint }) : ""].filter(Boolean).join(" · ");
  return h("li", { class: "entry", "data-source": grant.partner.code, "data-state": grant.withdrawn_at ? "withdrawn" : "bound" }, h("div", {}, h("p", { class: "entry-name" }, name), h("p", { class: "note" }, state)), withdraw ? h("div", { class: "entry-buttons" }, withdraw) : null);
}
