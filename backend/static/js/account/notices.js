// The inbox: notices of the service, newest first; opened ones count as read.
import { byId, h, tell } from "../shared/dom.js";
import { count, either, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

export function readNotices(/** @type {Account} */ account, /** @type {Section} */ section) {
  const read = section.list("notices", (cursor) => account.ask(`/v1/me/notices?limit=${PAGE}${cursor}`), (notice) => row(account, section, notice), () => t("notices.none"));
  return async () => {
    const { unread } = /** @type {AnswerOf<"/v1/me/notices">} */ (await read());
    tell(byId("notices-unread"), unread ? t("notices.unread", { n: count(unread) }) : "");
  };
}

function row(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/notices">} */ notice) {
  const mark = notice.read_at ? null : h("button", { class: "button tiny", type: "button", "data-read": notice.id }, t("notices.mark"));
  mark?.addEventListener("click", async () => {
    if ((await section.press(mark, ["read", notice.id], () => account.post(`/v1/me/notices/${notice.id}/reading`, undefined))) !== null) await section.reload();
  });
  return h(
    "li",
    { class: "entry", "data-notice": notice.kind, "data-state": notice.read_at ? "read" : "unread" },
    h("div", {}, h("p", { class: "entry-name" }, either(notice.title)), h("p", {}, either(notice.text)), h("p", { class: "note" }, momentOf(notice.created_at))),
    mark ? h("div", { class: "entry-buttons" }, mark) : null,
  );
}
