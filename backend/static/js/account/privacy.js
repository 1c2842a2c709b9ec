// Privacy in the account: take one's data along, leave for good with a receipt, and object to decisions.
import { confirm } from "../shared/confirm.js";
import { byId, h, valuesOf } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { LANGUAGE, dayOf, either, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

export function readPrivacy(/** @type {Account} */ account, /** @type {Section} */ section) {
  for (const [id, path, accept, name] of /** @type {const} */ ([
    ["export-json", "/v1/me/export", "application/json", "tianfu-export.json"],
    ["export-page", `/v1/me/export.html?language=${LANGUAGE}`, "text/html", "tianfu-export.html"],
  ])) {
    byId(id).addEventListener("click", async () => {
      const file = await section.press(byId(id), id, () => fetchFile(account.session, path, accept));
      if (file !== null) save(file, name);
    });
  }
  byId("erase").addEventListener("click", () =>
    confirm({
      title: t("account.erase.title"),
      texts: [t("account.erase.gone"), t("account.erase.stays"), t("account.erase.never")],
      yes: t("account.erase.yes"),
      perform: async (button, notices) => {
        const receipt = await section.press(button, "erase", () => account.session.ask("/v1/me", { method: "DELETE" }), notices);
        if (receipt === null) return null;
        account.session.close();
        return receiptRows(receipt);
      },
    }),
  );
  return async () => {};
}

function receiptRows(/** @type {AnswerOf<"/v1/me", "DELETE">} */ receipt) {
  return [
    t("account.erased.title"),
    h("p", {}, t("account.erased.receipt", { at: momentOf(receipt.at) })),
    h("p", {}, h("code", { id: "receipt" }, receipt.id)),
    h("h3", {}, t("account.erased.gone")),
    h("ul", {}, receipt.erased.filter(({ count }) => count > 0).map((part) => h("li", {}, `${either(part.what)}: ${part.count}`))),
    h("h3", {}, t("account.erased.stays")),
    h("ul", {}, receipt.kept.map((part) => h("li", {}, h("strong", {}, either(part.what)), " ", either(part.why)))),
  ];
}

export function readObjections(/** @type {Account} */ account, /** @type {Section} */ section) {
  const readList = section.list("objections", (cursor) => account.ask(`/v1/me/complaints?limit=${PAGE}${cursor}`), row, () => t("complaints.mine.none"));
  byId("object").addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const { decision, text } = valuesOf(byId("object"));
    const [about, subject] = decision.split("|");
    const body = { about: /** @type {"review" | "action"} */ (about), subject, text: text.trim() };
    const taken = await section.press(byId("object-send"), body, () => account.post("/v1/me/complaints", body));
    if (taken === null) return;
    byId("object").reset();
    await section.reload();
  });
  return async () => {
    const [age, reviews, actions, methods] = await Promise.all([account.ask("/v1/me/age"), account.ask(`/v1/me/reviews?limit=${PAGE}`), account.ask(`/v1/me/actions?state=capped&limit=${PAGE}`), account.methods()]);
    const named = (/** @type {string} */ method) => (methods.has(method) ? either(methods.get(method)?.name ?? { "zh-CN": method, en: method }) : method);
    const options = [
      ...reviews.items.filter(({ state }) => state === "rejected").map((each) => h("option", { value: `review|${each.id}` }, `${t("complaints.about.review")} · ${dayOf(each.day)} · ${named(each.method)}`)),
      ...actions.items.map((each) => h("option", { value: `action|${each.id}` }, `${t("complaints.about.action")} · ${dayOf(each.day)} · ${named(each.method)}`)),
      ...(age.born === null ? [] : [h("option", { value: `age|${age.born}` }, `${t("complaints.about.age")} · ${age.born}`)]),
    ];
    byId("decision").replaceChildren(...options);
    byId("object").hidden = options.length === 0;
    await readList();
  };
}

function row(/** @type {ItemOf<"/v1/me/complaints">} */ complaint) {
  return h(
    "li",
    { class: "entry", "data-complaint": complaint.id, "data-state": complaint.state },
    h("div", {}, h("p", { class: "entry-name" }, t(`complaints.about.${complaint.about}`)), h("p", { class: "note" }, complaint.text ?? ""), h("p", {}, complaint.answer ?? t("complaints.by", { day: dayOf(complaint.due_on) }))),
    h("div", { class: "entry-end" }, h("strong", {}, t(`complaints.state.${complaint.state}`))),
  );
}
