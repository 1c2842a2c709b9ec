// One badge: staff find it, see its code, and revoke it, reissue it or bind a wristband to it, each with a reason.
import { byId, h, icon, tell, valuesOf } from "../shared/dom.js";
import { typedCode, typedWords } from "../shared/typed_text.js";
import { clearLines, isOthers, linesIn, onDownload, onSend, press } from "./submit_form.js";
import { qrPicture } from "../shared/qr.js";
import { momentOf, t } from "../shared/i18n.js";

const FOUND_MAX = 20;

let query = "";
let onChange = async () => {};

/** The search that narrows the list of badges. */
export const queryOf = () => query;

/** Clear the badge and the search of another event. */
export function readBadge(/** @type {Desk} */ desk) {
  if (!isOthers(byId("find-form"), desk)) return;
  query = "";
  byId("find-form").reset();
  byId("badge").hidden = true;
  clearLines(byId("find-form"));
}

export function startBadge(/** @type {Desk} */ desk, /** @type {() => Promise<void>} */ readList) {
  onChange = readList;
  const lines = onSend(desk, byId("find-form"), () => find(desk), { isRepeatable: true });
  const showAll = async () => {
    query = "";
    await readList();
    byId("find-query").value = "";
    byId("find-query").focus();
  };
  byId("badges-all").addEventListener("click", () => press(desk, byId("badges-all"), lines, showAll, { isRepeatable: true }));
}

async function find(/** @type {Desk} */ desk) {
  const text = typedWords(byId("find-query").value);
  byId("badge").hidden = true;
  const { items } = await desk.ask(desk.path(`/badges?${new URLSearchParams({ query: text, limit: String(FOUND_MAX) })}`));
  const exact = items.find((badge) => String(badge.serial) === text) ?? (items.length === 1 ? items[0] : null);
  if (items.length === 0) return t("desk.badge.none");
  if (exact !== null) {
    openBadge(desk, exact);
    return "";
  }
  query = text;
  await onChange();
  return t("desk.badge.several");
}

/** Show a badge, with a sentence about what was just done, if anything was. */
export function openBadge(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/badges">} */ badge, done = "") {
  const panel = byId("badge");
  const said = h("p", { class: "notice calm small", role: "status" });
  panel.replaceChildren(head(badge), said, h("div", { class: "badge-one" }, facts(badge), picture(desk, badge)), actions(desk, badge) ?? "");
  panel.dataset.serial = String(badge.serial);
  panel.hidden = false;
  tell(said, done);
  panel.scrollIntoView({ block: "nearest" });
  panel.focus({ preventScroll: true });
}

function head(/** @type {ItemOf<"/v1/events/{slug}/badges">} */ badge) {
  return h("h3", { class: "badge-head" }, t("desk.badge.n", { n: badge.serial }), " ", h("span", { class: "chip", "data-state": badge.state === "revoked" ? "rejected" : badge.state === "used" ? "posted" : null }, t(`organiser.badge.${badge.state}`)));
}

function facts(/** @type {ItemOf<"/v1/events/{slug}/badges">} */ badge) {
  const rows = [
    [t("organiser.badges.code"), h("code", { id: "badge-code" }, badge.code)],
    [t("organiser.badges.category"), t(`category.${badge.category ?? "none"}`)],
    [t("desk.badge.holder"), badge.holder_ref ?? t("organiser.untold")],
    [t("desk.badge.label"), badge.label ?? t("organiser.untold")],
    [t("desk.badge.alias"), badge.alias ?? t("desk.badge.alias.none")],
  ];
  if (badge.revoked_at) rows.push([t("desk.badge.ended"), [momentOf(badge.revoked_at), badge.revoked_why].filter(Boolean).join(" · ")]);
  if (badge.is_held_by_guest) rows.push([t("desk.badge.guest"), t("desk.badge.guest.about")]);
  if (badge.reissued_as) rows.push([t("desk.badge.replaced"), t("desk.badge.n", { n: badge.reissued_as })]);
  return h("dl", { class: "facts" }, rows.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text))));
}

/** The code as printed on the badge; that of a revoked badge opens nothing and is not shown. */
function picture(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/badges">} */ badge) {
  if (badge.state === "revoked") return "";
  const holder = h("div", { class: "badge-qr" });
  const button = h("button", { class: "button tiny", type: "button", "data-print": "one" }, icon("printer"), h("span", {}, t("desk.badge.print")));
  holder.append(qrPicture(badge.url, t("desk.badge.qr", { n: badge.serial })), button);
  const { serial } = badge;
  onDownload(desk, button, linesIn(holder), () => ({ path: `/badges.pdf?layout=labels&from=${serial}&to=${serial}`, type: "application/pdf", name: `${desk.event.slug}-${serial}.pdf` }));
  return holder;
}

function actions(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/badges">} */ badge) {
  const offered = [];
  if (badge.reissued_as === null && !desk.isOver) offered.push("reissue");
  if (badge.state !== "revoked") offered.push("bind", "revoke");
  if (badge.is_held_by_guest) offered.push("release");
  if (offered.length === 0) return null;
  const choices = offered.map((name, number) => h("label", { class: "choice" }, h("input", { type: "radio", name: "what", value: name, required: true, checked: number === 0 && offered.length === 1 }), h("span", {}, t(`desk.badge.${name}`))));
  const alias = h("input", { class: "input", name: "alias", id: "badge-alias", minlength: 4, maxlength: 200, autocapitalize: "none", autocomplete: "off", spellcheck: "false" });
  const aliasField = h("div", { hidden: true }, h("label", { for: "badge-alias" }, t("desk.badge.alias.id")), alias);
  const reason = h("input", { class: "input", name: "reason", id: "badge-reason", maxlength: 400, required: true });
  const form = h("form", { class: "inline-form", id: "badge-form" }, h("fieldset", {}, h("legend", {}, t("desk.badge.what")), h("div", { class: "ticks" }, choices)), aliasField, h("label", { for: "badge-reason" }, t("desk.reason")), reason, h("button", { class: "button primary", type: "submit", id: "badge-do" }, t("desk.badge.send")));
  form.addEventListener("change", () => {
    const isBound = valuesOf(form).what === "bind";
    aliasField.hidden = !isBound;
    alias.required = isBound;
  });
  onSend(desk, form, () => act(desk, badge, valuesOf(form)));
  return form;
}

// A replacement asked for twice would make two: so nothing here is repeated by itself.
async function act(/** @type {Desk} */ desk, /** @type {ItemOf<"/v1/events/{slug}/badges">} */ badge, /** @type {Record<string, string>} */ values) {
  const { what, alias } = values;
  const reason = values.reason.trim();
  const path = desk.path(`/badges/${badge.serial}`);
  if (what === "release") {
    const { has_joined } = await desk.post(`${path}/release`, { reason });
    openBadge(desk, await desk.ask(path), t(`desk.badge.released${has_joined ? ".joined" : ""}`, { n: badge.serial }));
    await onChange().catch(() => {});
    return;
  }
  const answer = await (what === "bind" ? desk.post(`${path}/alias`, { alias: typedCode(alias), reason }) : desk.post(`${path}/${what === "revoke" ? "revocation" : "reissue"}`, { reason }));
  /** @type {Record<string, [string, object]>} */
  const sentences = { revoke: ["desk.badge.revoked", { n: badge.serial }], reissue: ["desk.badge.reissued", { old: badge.serial, new: answer.serial }], bind: ["desk.badge.bound", { alias: answer.alias }] };
  openBadge(desk, answer, t(...sentences[what]));
  await onChange().catch(() => {});
}
