// Age and guardians: a child shows a code, an adult consents with it, and takes a copy, withdraws or erases for the child.
import { confirm } from "../shared/confirm.js";
import { byId, h, valuesOf } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { noticesIn, showRows } from "../shared/lazy_section.js";
import { typedCode } from "../shared/typed_text.js";
import { qrPicture } from "../shared/qr.js";
import { dayOf, either, momentOf, t } from "../shared/i18n.js";

const SCANNED = "#guardian=";

export function readMinors(/** @type {Account} */ account, /** @type {Section} */ section) {
  // A guardian's phone opened the QR: the code stands behind the #, and the tab with the form is opened.
  if (location.hash.startsWith(SCANNED)) {
    byId("guardian-code").value = location.hash.slice(SCANNED.length);
    history.replaceState(null, "", `${location.pathname}${location.search}#me`);
  }
  byId("guardian-show").addEventListener("click", async () => {
    const shown = await section.press(byId("guardian-show"), "guardian-code", () => account.post("/v1/me/guardian-codes", undefined));
    if (shown === null) return;
    byId("guardian-shown").replaceChildren(qrPicture(shown.url, t("guardian.qr")), h("p", {}, h("code", { id: "guardian-code-shown" }, shown.code)), h("p", { class: "note" }, t("guardian.until", { at: momentOf(shown.expires_at) })));
  });
  const notices = noticesIn(byId("guardian-form"));
  byId("guardian-form").addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
    submitted.preventDefault();
    const code = typedCode(valuesOf(byId("guardian-form")).code).toUpperCase().replaceAll("-", "");
    const brief = await section.press(byId("guardian-send"), ["lookup", code], () => account.post("/v1/me/guardian-codes/lookup", { code }), notices);
    if (brief === null) return;
    confirm({
      title: t("guardian.sure", { name: either(brief.name) }),
      texts: [either(brief.about)],
      yes: t("guardian.yes"),
      perform: async (button, inDialog) => {
        const child = await section.press(button, ["consent", code], () => account.post("/v1/me/children", { code }), inDialog);
        if (child === null) return null;
        byId("guardian-form").reset();
        await section.reload();
        return [t("guardian.done", { name: either(child.name) }), h("p", {}, t("guardian.done.text"))];
      },
    });
  });
  return async () => {
    const [age, { items }, guardians] = await Promise.all([account.ask("/v1/me/age"), account.ask("/v1/me/children"), account.ask("/v1/me/guardians")]);
    byId("age-told").textContent = age.born === null ? t("age.untold") : t(`age.told.${age.band}`, { born: age.born, until: age.until === null ? "" : dayOf(age.until) });
    byId("guardian-child").hidden = age.band !== "child";
    byId("guardian-adult").hidden = age.band !== "adult";
    byId("guardian-state").textContent = t(age.needs_guardian ? "guardian.needed" : "guardian.given");
    byId("guardians").replaceChildren(...guardians.items.map((guardian) => guardianRow(account, section, guardian)));
    showRows(byId("children"), items.map((child) => row(account, section, child)), t("guardian.none"));
  };
}

function guardianRow(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/guardians">} */ guardian) {
  const refuse = h("button", { class: "button quiet tiny", type: "button", "data-refuse": guardian.id }, t("guardian.mine.not"));
  refuse.addEventListener("click", () =>
    confirm({
      title: t("guardian.mine.sure", { name: either(guardian.name) }),
      texts: [t("guardian.mine.text")],
      yes: t("guardian.mine.yes"),
      perform: async (button, notices) => {
        if ((await section.press(button, ["refuse", guardian.id], () => account.post(`/v1/me/guardians/${guardian.id}/refusal`, undefined), notices)) === null) return null;
        await section.reload();
        return [t("guardian.mine.done")];
      },
    }),
  );
  return h("li", { class: "entry" }, h("div", {}, h("p", { class: "entry-name" }, either(guardian.name)), h("p", { class: "note" }, t("guardian.mine.since", { at: momentOf(guardian.since) }))), h("div", { class: "entry-buttons" }, refuse));
}

function row(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/children">} */ child) {
  const copy = h("button", { class: "button tiny", type: "button", "data-copy": child.id }, t("guardian.copy"));
  copy.addEventListener("click", async () => {
    const file = await section.press(copy, ["copy", child.id], () => fetchFile(account.session, `/v1/me/children/${child.id}/export`, "application/json"));
    if (file !== null) save(file, "tianfu-child.json");
  });
  const withdraw = h("button", { class: "button quiet tiny", type: "button", "data-withdraw": child.id }, t("guardian.withdraw"));
  const ask = (/** @type {"withdraw" | "erase"} */ what, /** @type {(key: string) => Promise<unknown>} */ send) =>
    confirm({
      title: t(`guardian.${what}.sure`, { name: either(child.name) }),
      texts: [t(what === "withdraw" && child.guardians > 1 ? "guardian.withdraw.other" : "guardian.erase.text")],
      yes: t(`guardian.${what}`),
      perform: async (button, notices) => {
        if ((await section.press(button, [what, child.id], send, notices)) === null) return null;
        await section.reload();
        return [t(`guardian.${what}.done`)];
      },
    });
  withdraw.addEventListener("click", () => ask("withdraw", () => account.post(`/v1/me/children/${child.id}/withdrawal`, undefined)));
  const erase = h("button", { class: "button quiet tiny", type: "button", "data-erase": child.id }, t("guardian.erase"));
  erase.addEventListener("click", () => ask("erase", () => account.session.ask(`/v1/me/children/${child.id}`, { method: "DELETE" })));
  return h(
    "li",
    { class: "entry", "data-child": child.id },
    h("div", {}, h("p", { class: "entry-name" }, either(child.name)), h("p", { class: "note" }, t("guardian.since", { at: momentOf(child.since), until: dayOf(child.until) }))),
    h("div", { class: "entry-buttons" }, copy, withdraw, child.guardians > 1 ? null : erase),
  );
}
