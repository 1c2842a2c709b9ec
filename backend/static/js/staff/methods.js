// The desk of methods and points rules: drafts with their effect on the last days, proposals, publication.
import { byId, h } from "../shared/dom.js";
import { dayOf, either, t } from "../shared/i18n.js";
import { deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";
import { draftView } from "./draft_view.js";
import { methodFields, methodRequest, ruleFields, ruleRequest } from "./method_fields.js";

/** @typedef {AnswerOf<"/v1/catalogue-drafts/{id}">} Draft */
/** @typedef {{code: string, name: {"zh-CN": string, en: string}, version?: string, chips: string[]}} Row */

const AGAIN_MS = 2000;
const POINTS = "points";

class MethodDesk extends DeskList {
  /** The list of methods is whole: it has no pages. @param {any} path @param {any} options */
  ask(path, options = {}) {
    if (!path.startsWith("/v1/methods?")) return super.ask(path, options);
    const typed = new URLSearchParams(path.split("?")[1]).get("query");
    return super.ask(typed ? `/v1/methods?${new URLSearchParams({ query: typed })}` : "/v1/methods", options);
  }
}

const desk = new MethodDesk({ path: "/v1/methods", rowOf: (method) => rowOf({ code: method.code, name: method.name, chips: [method.code, t("drafts.version", { version: method.version })] }), onOpen: showRule });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);
desk.start();

async function showRule() {
  const row = desk.element({ code: POINTS, name: { "zh-CN": t("drafts.points"), en: t("drafts.points") }, version: "" });
  byId("desk-create").replaceChildren(row);
  row.querySelector(".chips")?.replaceChildren();
}

/** @param {Row} row @returns {import("./desk_list.js").DeskRow} */
function rowOf({ code, name, chips }) {
  const place = h("div", { class: "content-work" });
  const notice = h("p", { class: "field-error", role: "alert", hidden: true });
  const element = h("details", { class: "account-changes content-open" }, h("summary", {}, t("content.open")), notice, place);
  element.addEventListener("toggle", () => element.open && !place.childElementCount && fill(code, place, notice));
  return { key: code, title: either(name), chips, more: [element] };
}

/** What stands in an open row: what holds, the draft, and what may be done with it. @param {string} code @param {HTMLElement} place @param {HTMLElement} notice */
async function fill(code, place, notice) {
  try {
    const [held, drafts] = await Promise.all([code === POINTS ? rules() : method(code), desk.ask(`/v1/catalogue-drafts?subject=${encodeURIComponent(code)}&limit=10`)]);
    const newest = drafts.items[0];
    const draft = newest ? await desk.ask(`/v1/catalogue-drafts/${newest.id}`) : null;
    const isOpen = draft !== null && ["draft", "proposed"].includes(draft.state);
    const again = () => fill(code, place, notice);
    const view = h("div", {}, draft ? draftView(draft) : null);
    const parts = [held.facts, held.versions, view, ...(isOpen ? steps(draft, again) : []), isOpen && draft.state === "proposed" ? null : editor(code, held, isOpen ? draft : null, again)];
    place.replaceChildren(...parts.filter((part) => part !== null));
    if (isOpen && draft.state === "draft" && !draft.effect?.is_done) watch(draft.id, view, again);
  } catch (error) {
    desk.fail(notice, error);
  }
}

/** Show how far the effect is computed; when it is, what may be done changes. @param {string} id @param {HTMLElement} view @param {() => Promise<void>} again */
function watch(id, view, again) {
  setTimeout(async () => {
    if (!view.isConnected) return;
    const draft = /** @type {Draft | null} */ (await desk.ask(`/v1/catalogue-drafts/${id}`).catch(() => null));
    if (draft) view.replaceChildren(draftView(draft));
    const isTyping = view.parentElement?.querySelector("details[open] form") !== null && view.parentElement?.contains(document.activeElement);
    if (draft?.effect?.is_done && !isTyping) await again();
    else watch(id, view, again);
  }, AGAIN_MS);
}

/** @param {string} code */
async function method(code) {
  const [shown, { items }] = await Promise.all([desk.ask(`/v1/methods/${encodeURIComponent(code)}`), desk.ask(`/v1/methods/${encodeURIComponent(code)}/versions`)]);
  const newest = items[items.length - 1].body;
  const facts = h(
    "dl",
    { class: "facts" },
    fact("drafts.field.formula", newest.formula),
    fact("drafts.unit", either(newest.unit_name)),
    ...shown.factors.map((/** @type {any} */ { role, value, unit }) => h("div", {}, h("dt", {}, role), h("dd", {}, unit === "1" ? String(value) : `${value} ${unit}`))),
    fact("drafts.field.source_ids", shown.sources.map((/** @type {any} */ { publisher, title, year }) => `${publisher}, ${title} (${year})`).join("; ")),
  );
  const versions = h("p", { class: "note" }, items.map((/** @type {any} */ each) => `${each.version} ${t("content.from.short", { day: dayOf(each.effective_from) })}`).join(" · "));
  return { newest, facts, versions };
}

async function rules() {
  const { items } = await desk.ask("/v1/point-rules");
  const newest = items[items.length - 1];
  const facts = h("dl", { class: "facts" }, fact("drafts.field.grams_per_point", String(newest.grams_per_point)), fact("drafts.field.points_min", String(newest.points_min)), fact("drafts.field.note", either(newest.note)));
  const versions = h("p", { class: "note" }, items.map((/** @type {any} */ each) => `${each.id} ${t("content.from.short", { day: dayOf(each.effective_from) })}`).join(" · "));
  return { newest, facts, versions };
}

/** @param {string} name @param {string | null} value */
function fact(name, value) {
  return value ? h("div", {}, h("dt", {}, t(name)), h("dd", {}, value)) : null;
}

/** The form of a draft. @param {string} code @param {{newest: any}} held @param {Draft | null} draft @param {() => Promise<void>} again */
function editor(code, { newest }, draft, again) {
  const isRule = code === POINTS;
  const path = isRule ? "/v1/point-rules/drafts" : `/v1/methods/${encodeURIComponent(code)}/drafts`;
  return deskForm({
    summary: draft ? "drafts.edit" : "drafts.begin",
    go: "content.save",
    fields: [...(isRule ? ruleFields(newest, draft?.body) : methodFields(newest, draft?.body)), reasonField()],
    send: async (written) => {
      const body = isRule ? ruleRequest(written, draft?.body, newest) : methodRequest(written, draft?.body);
      await desk.ask(path, { method: "POST", body, ...(draft ? { ifMatch: draft.revision } : {}) });
      await again();
    },
    isSignedOut,
  });
}

/** What may be done with an open draft. @param {Draft} draft @param {() => Promise<void>} again */
function steps(draft, again) {
  /** @param {string} go @param {string | null} decision */
  const step = (go, decision) =>
    deskForm({
      summary: go,
      go,
      fields: [reasonField()],
      send: async ({ reason }) => {
        const path = `/v1/catalogue-drafts/${draft.id}`;
        if (decision === null) await desk.post(`${path}/proposal`, { reason });
        else await desk.ask(`${path}/decision`, { method: "POST", ifMatch: draft.revision, body: { decision, reason } });
        await again();
      },
      isSignedOut,
    });
  const isProposed = draft.state === "proposed";
  return [
    !isProposed && draft.effect?.is_done ? step("drafts.propose", null) : null,
    isProposed ? step("content.publish.go", "published") : null,
    isProposed ? step("content.return.go", "returned") : null,
    step("drafts.discard", "discarded"),
  ];
}
