// The desk of articles and quiz questions: drafts, previews as everybody will see them, proposals, decisions.
import { byId, h, tell } from "../shared/dom.js";
import { dayOf, either, momentOf, t } from "../shared/i18n.js";
import { articleFields, bodyOfArticle, bodyOfQuestion, questionFields } from "./content_fields.js";
import { deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";

/** @typedef {AnswerOf<"/v1/content/{kind}/{slug}">} View */
/** @typedef {ItemOf<"/v1/content">} Item */
/** @typedef {View["versions"][number]} Version */

class ContentDesk extends DeskList {
  /** The list is of the kind that is chosen. @param {any} path @param {any} options */
  ask(path, options = {}) {
    const kind = byId("content-kind").value;
    return super.ask(path.startsWith("/v1/content?") && kind ? `${path}&kind=${kind}` : path, options);
  }
}

const desk = new ContentDesk({ path: "/v1/content", rowOf });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);
const pathOf = (/** @type {{kind: string, slug: string}} */ { kind, slug }) => `/v1/content/${kind}s/${encodeURIComponent(slug)}`;

byId("content-kind").addEventListener("change", () => desk.load());
for (const kind of /** @type {const} */ (["article", "question"])) {
  byId("desk-create").append(
    deskForm({
      summary: `content.new.${kind}`,
      go: "content.save",
      fields: [{ name: "slug", label: "content.slug", isRequired: true, max: 50 }, ...fieldsOf(kind, null), reasonField()],
      send: async ({ slug, ...written }) => saved(await desk.post(`${pathOf({ kind, slug })}/versions`, requestOf(kind, written, null))),
      isSignedOut,
    }),
  );
}
desk.start();

/** @param {"article" | "question"} kind @param {any} body */
function fieldsOf(kind, body) {
  return kind === "article" ? articleFields(body) : questionFields(body);
}

/** A request of all fields: what was written, and for the others what the version before says. @param {"article" | "question"} kind @param {any} written @param {any} before */
function requestOf(kind, written, before) {
  return kind === "article" ? bodyOfArticle(written, before) : bodyOfQuestion(written, before);
}

/** @param {View} view */
function saved(view) {
  byId("desk-once").replaceChildren(t("content.saved", { n: view.revision }));
  byId("desk-once").hidden = false;
  return shown(view);
}

/** The row of a view, open. @param {View} view */
function shown(view) {
  desk.show({ ...view, version: view.revision });
  const row = byId("desk-list").querySelector(`[data-row="${CSS.escape(`${view.kind} ${view.slug}`)}"]`);
  const opened = /** @type {HTMLDetailsElement | null} */ (row?.querySelector("details.content-open") ?? null);
  if (opened) opened.open = true;
  return true;
}

/** @param {Item} item @returns {import("./desk_list.js").DeskRow} */
function rowOf(item) {
  const force = item.in_force === null ? t("content.in.force.none") : item.in_force === 0 ? t("content.in.force.release") : t("content.in.force.version", { n: item.in_force });
  return {
    key: `${item.kind} ${item.slug}`,
    title: either(item.title),
    chips: [t(`content.kind.${item.kind}`), item.slug, t(`content.state.${item.state}`)],
    facts: [["content.in.force", force], ["content.newest", item.version ? t("content.version", { n: item.version }) : null]],
    more: [openable(item)],
  };
}

/** What is loaded when somebody opens a row. @param {Item} item */
function openable(item) {
  const place = h("div", { class: "content-work" });
  const notice = h("p", { class: "field-error", role: "alert", hidden: true });
  const element = h("details", { class: "account-changes content-open" }, h("summary", {}, t("content.open")), notice, place);
  element.addEventListener("toggle", async () => {
    if (!element.open || place.childElementCount) return;
    try {
      place.replaceChildren(...work(await desk.ask(pathOf(item))));
    } catch (error) {
      desk.fail(notice, error);
    }
  });
  return element;
}

/** Everything that may be done with an article or a question. @param {View} view */
function work(view) {
  const kind = /** @type {"article" | "question"} */ (view.kind);
  const newest = view.versions[0];
  const write = deskForm({
    summary: "content.edit",
    go: "content.save",
    fields: [...fieldsOf(kind, view.body), reasonField()],
    send: async (written) => saved(await desk.ask(`${pathOf(view)}/versions`, { method: "POST", ifMatch: view.revision, body: requestOf(kind, written, view.body) })),
    isSignedOut,
  });
  const withdraw = deskForm({
    summary: "content.withdraw",
    go: "content.withdraw.go",
    fields: [dayField(), reasonField()],
    send: async (body) => shown(await desk.ask(`${pathOf(view)}/withdrawal`, { method: "POST", ifMatch: view.revision, body })),
    isSignedOut,
  });
  const isWaiting = newest?.state === "proposed";
  return [
    newest ? previewOf(newest) : h("p", {}, h("a", { href: kind === "article" ? `/learn/${encodeURIComponent(view.slug)}` : `/learn/${encodeURIComponent(view.body.article)}` }, t("content.preview"))),
    isWaiting ? null : write,
    newest?.state === "draft" ? proposal(newest) : null,
    isWaiting ? decision(newest, "published", "content.publish.go") : null,
    isWaiting ? decision(newest, "returned", "content.return.go") : null,
    isWaiting ? null : withdraw,
    view.versions.length ? h("h3", {}, t("content.versions")) : null,
    h("ol", { class: "content-versions" }, view.versions.map(line)),
  ].filter((each) => each !== null);
}

/** @returns {import("./desk_form.js").DeskField} */
const dayField = () => ({ name: "effective_from", label: "content.from", kind: "day", isRequired: true });

/** @param {Version} version */
function proposal(version) {
  return deskForm({
    summary: "content.propose",
    go: "content.propose.go",
    fields: [dayField(), reasonField()],
    send: async (body) => shown(await desk.post(`/v1/content-versions/${version.id}/proposal`, body)),
    isSignedOut,
  });
}

/** @param {Version} version @param {string} outcome @param {string} go */
function decision(version, outcome, go) {
  return deskForm({
    summary: go,
    go,
    fields: [reasonField()],
    send: async (body) => shown(await desk.post(`/v1/content-versions/${version.id}/decision`, { ...body, decision: outcome })),
    isSignedOut,
  });
}

/** @param {Version} version */
function line(version) {
  const told = [
    t("content.version", { n: version.version }),
    version.is_withdrawal ? t("content.withdrawal") : null,
    t(`content.state.${version.state}`),
    version.effective_from ? t("content.from.short", { day: dayOf(version.effective_from) }) : null,
    t("content.by", { name: version.written_by }),
    momentOf(version.created_at),
    version.proposed_by ? t("content.proposed.by", { name: version.proposed_by }) : null,
    version.decided_by ? t("content.decided.by", { name: version.decided_by }) : null,
  ];
  return h("li", {}, told.filter(Boolean).join(" · "), h("p", { class: "note" }, version.decision_reason ?? version.reason));
}

/** The public page of a version, in a frame without scripts. @param {Version} version */
function previewOf(version) {
  const frame = h("iframe", { class: "content-preview", sandbox: "allow-same-origin", title: t("content.preview.title") });
  const notice = h("p", { class: "field-error", role: "alert", hidden: true });
  const language = h("select", { class: "input small", "aria-label": t("content.preview.language") }, h("option", { value: "zh-CN" }, "中文"), h("option", { value: "en" }, "English"));
  language.value = document.documentElement.lang;
  const element = h("details", { class: "account-changes" }, h("summary", {}, t("content.preview")), language, notice, frame);
  const load = async () => {
    if (!element.open) return;
    try {
      const { html } = await desk.ask(`/v1/content-versions/${version.id}/preview?language=${language.value}`);
      frame.setAttribute("srcdoc", html);
      tell(notice, "");
    } catch (error) {
      desk.fail(notice, error);
    }
  };
  element.addEventListener("toggle", load);
  language.addEventListener("change", load);
  return element;
}
