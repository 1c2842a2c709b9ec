// What staff did, with reason, before and after: the audit trail, to be searched.
import { h } from "../shared/dom.js";
import { momentOf, t } from "../shared/i18n.js";
import { DeskList } from "./desk_list.js";

/** @typedef {ItemOf<"/v1/staff-actions">} Action */

new DeskList({ path: "/v1/staff-actions", rowOf }).start();

/** @param {Action} action @returns {import("./desk_list.js").DeskRow} */
function rowOf(action) {
  const change = [["ops.before", action.before], ["ops.after", action.after]].filter(([, facts]) => facts);
  return {
    key: action.id,
    title: `${action.action} · ${action.subject}`,
    chips: [action.actor],
    facts: [["ops.at", momentOf(action.at)], ["ops.reason.told", action.reason]],
    more: change.map(([name, facts]) => h("details", { class: "account-changes" }, h("summary", {}, t(String(name))), h("pre", {}, JSON.stringify(facts, null, 2)))),
  };
}
