// One badge: looked for, shown with its code, and ended, replaced or bound to a wristband, each with a reason.
import { byId, h, icon, tell } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { isOthers, linesIn, onSend, press } from "./submit_form.js";
import { qrPicture } from "../shared/qr.js";
import { momentOf, t } from "../shared/i18n.js";

const FOUND_MAX = 20;
const OVER = new Set(["closed", "rejected"]);

let query = "";
let onChange = async () => {};

/** What the list of badges is narrowed to. */
export const queryOf = () => query;

/** Another event's badge and search are put away. */
export function readBadge(desk) {
  if (!isOthers(byId("find-form"), desk)) return;
  query = "";
  byId("find-form").reset();
  byId("badge").hidden = true;
  for (const line of byId("find-form").querySelectorAll(".said, .field-error")) line.hidden = true;
}

export function startBadge(desk, readList) {
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

async function find(desk) {
  const text = byId("find-query").value.trim();
  byId("badge").hidden = true;
  const { items } = await desk.ask(desk.path(`/badges?${new URLSearchParams({ query: text, limit: FOUND_MAX })}`));
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
export function openBadge(desk, badge, done = "") {
  const place = byId("badge");
  const said = h("p", { class: "notice calm small", role: "status" });
  place.replaceChildren(head(badge), said, h("div", { class: "badge-one" }, facts(badge), picture(desk, badge)), actions(desk, badge) ?? "");
  place.dataset.serial = badge.serial;
  place.hidden = false;
  tell(said, done);
  place.scrollIntoView({ block: "nearest" });
  place.focus({ preventScroll: true });
}

function head(badge) {
  return h("h3", { class: "badge-head" }, t("desk.badge.n", { n: badge.serial }), " ", h("span", { class: "chip", "data-state": badge.state === "revoked" ? "rejected" : badge.state === "used" ? "posted" : null }, t(`organiser.badge.${badge.state}`)));
}

function facts(badge) {
  const rows = [
    [t("organiser.badges.code"), h("code", { id: "badge-code" }, badge.code)],
    [t("organiser.badges.category"), t(`category.${badge.category ?? "none"}`)],
    [t("desk.badge.holder"), badge.holder_ref ?? t("organiser.untold")],
    [t("desk.badge.label"), badge.label ?? t("organiser.untold")],
    [t("desk.badge.alias"), badge.alias ?? t("desk.badge.alias.none")],
  ];
  if (badge.revoked_at) rows.push([t("desk.badge.ended"), [momentOf(badge.revoked_at), badge.revoked_why].filter(Boolean).join(" · ")]);
  if (badge.reissued_as) rows.push([t("desk.badge.replaced"), t("desk.badge.n", { n: badge.reissued_as })]);
  return h("dl", { class: "facts" }, rows.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text))));
}

/** The code as it stands on the badge; one that has ended opens nothing and is not shown. */
function picture(desk, badge) {
  if (badge.state === "revoked") return "";
  const place = h("div", { class: "badge-qr" });
  const button = h("button", { class: "button tiny", type: "button", "data-print": "one" }, icon("printer"), h("span", {}, t("desk.badge.print")));
  place.append(qrPicture(badge.url, t("desk.badge.qr", { n: badge.serial })), button);
  const lines = linesIn(place);
  const path = desk.path(`/badges.pdf?layout=labels&from=${badge.serial}&to=${badge.serial}`);
  button.addEventListener("click", () => press(desk, button, lines, async () => save(await fetchFile(desk.session, path, "application/pdf"), `${desk.event.slug}-${badge.serial}.pdf`), { isRepeatable: true }));
  return place;
}

function actions(desk, badge) {
  const offered = [];
  if (badge.reissued_as === null && !OVER.has(desk.event.state)) offered.push("reissue");
  if (badge.state !== "revoked") offered.push("bind", "revoke");
  if (offered.length === 0) return null;
  const choices = offered.map((name, number) => h("label", { class: "choice" }, h("input", { type: "radio", name: "what", value: name, required: true, checked: number === 0 && offered.length === 1 }), h("span", {}, t(`desk.badge.${name}`))));
  const alias = h("input", { class: "input", name: "alias", id: "badge-alias", minlength: 4, maxlength: 200, autocapitalize: "none", autocomplete: "off", spellcheck: "false" });
  const aliasField = h("div", { hidden: true }, h("label", { for: "badge-alias" }, t("desk.badge.alias.id")), alias);
  const reason = h("input", { class: "input", name: "reason", id: "badge-reason", maxlength: 400, required: true });
  const form = h("form", { class: "inline-form", id: "badge-form" }, h("fieldset", {}, h("legend", {}, t("desk.badge.what")), h("div", { class: "ticks" }, choices)), aliasField, h("label", { for: "badge-reason" }, t("desk.reason")), reason, h("button", { class: "button primary", type: "submit", id: "badge-do" }, t("desk.badge.send")));
  form.addEventListener("change", () => {
    const isBound = new FormData(form).get("what") === "bind";
    aliasField.hidden = !isBound;
    alias.required = isBound;
  });
  onSend(desk, form, () => act(desk, badge, new FormData(form)));
  return form;
}

// A replacement asked for twice would make two: so nothing here is repeated by itself.
async function act(desk, badge, values) {
  const [what, reason] = [values.get("what"), values.get("reason").trim()];
  const path = { revoke: "revocation", reissue: "reissue", bind: "alias" }[what];
  const body = what === "bind" ? { alias: values.get("alias").trim(), reason } : { reason };
  const answer = await desk.post(desk.path(`/badges/${badge.serial}/${path}`), body);
  const done = { revoke: ["desk.badge.revoked", { n: badge.serial }], reissue: ["desk.badge.reissued", { old: badge.serial, new: answer.serial }], bind: ["desk.badge.bound", { alias: answer.alias }] }[what];
  openBadge(desk, answer, t(...done));
  await onChange().catch(() => {});
}
