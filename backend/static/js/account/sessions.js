// Where one is signed in: each session, ended alone or all others at once.
import { confirm } from "../shared/confirm.js";
import { byId, h } from "../shared/dom.js";
import { showRows } from "../shared/lazy_section.js";
import { momentOf, t } from "../shared/i18n.js";

const PATHS = { sessions: "/v1/me/sessions" };

/**
 * A session of the account.
 * @typedef {{id: string, device: string, since: string, last_used_at: string, is_current: boolean}} SessionItem
 */

export function readSessions(/** @type {Account} */ account, /** @type {Section} */ section) {
  const path = /** @type {string} */ (PATHS.sessions);
  const end = (/** @type {string} */ target) => async () => (await account.session.ask(target, { method: "DELETE" })) ?? true;
  byId("sessions-end").addEventListener("click", () =>
    confirm({
      title: t("sessions.end.others.sure"),
      texts: [t("sessions.end.others.text")],
      yes: t("sessions.end.others"),
      perform: async (button, notices) => {
        if ((await section.press(button, "others", end(path), notices)) === null) return null;
        await section.reload();
        return [t("sessions.ended.others")];
      },
    }),
  );
  /** @param {SessionItem} item */
  const row = (item) => {
    const button = h("button", { class: "button tiny", type: "button", "data-end": item.id }, t("sessions.end"));
    button.addEventListener("click", async () => {
      if ((await section.press(button, ["end", item.id], end(`${path}/${encodeURIComponent(item.id)}`))) !== null) await section.reload();
    });
    return h(
      "li",
      { class: "entry", "data-session": item.id },
      h("div", {}, h("p", { class: "entry-name" }, item.device || t("sessions.unknown")), h("p", { class: "note" }, t("sessions.since", { since: momentOf(item.since), used: momentOf(item.last_used_at) }))),
      h("div", { class: "entry-buttons" }, item.is_current ? h("span", { class: "chip solid" }, t("sessions.here")) : button),
    );
  };
  return async () => {
    const { items } = await account.ask(path);
    showRows(byId("sessions"), items.map(row), t("sessions.none"));
    byId("sessions-end").hidden = items.length < 2;
  };
}
