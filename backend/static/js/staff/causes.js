// Causes that citizens give reductions to: opened, described, closed; their public totals.
import { byId } from "../shared/dom.js";
import { count, either, mass, momentOf, t } from "../shared/i18n.js";
import { bothLanguages, deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";

const ABOUT_CHARS_MAX = 2000;
/** @typedef {ItemOf<"/v1/causes">} Cause */

/** @type {DeskList} */
const desk = new DeskList({ path: "/v1/causes", rowOf });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);

byId("desk-create").append(
  deskForm({
    summary: "ops.causes.create",
    go: "ops.create.go",
    fields: [{ name: "slug", label: "ops.slug", isRequired: true, max: 64 }, ...bothLanguages(), ...aboutFields(null), { name: "event", label: "ops.cause.event", max: 64, hint: "ops.cause.event.hint" }, reasonField()],
    send: async (body) => desk.show(await desk.post("/v1/causes", body)),
    isSignedOut,
  }),
);
desk.start();

/** @param {Cause | null} cause @returns {import("./desk_form.js").DeskField[]} */
function aboutFields(cause) {
  return bothLanguages(cause?.about, "about", "ops.about").map((field) => ({ ...field, kind: "area", max: ABOUT_CHARS_MAX }));
}

/** @param {Cause} cause @returns {import("./desk_list.js").DeskRow} */
function rowOf(cause) {
  return {
    key: cause.slug,
    title: either(cause.name),
    chips: [cause.slug, cause.event, cause.is_open ? null : t("ops.closed")],
    facts: [["ops.cause.donated", mass(cause.donated_g)], ["ops.cause.donations", count(cause.donations)], ["ops.since", momentOf(cause.created_at)]],
    more: [
      deskForm({
        summary: "ops.change",
        go: "ops.change.go",
        fields: [...bothLanguages(cause.name), ...aboutFields(cause), { name: "is_open", label: "ops.open", kind: "flag", value: cause.is_open }, reasonField()],
        send: (body) => desk.change(`/v1/causes/${encodeURIComponent(cause.slug)}`, body, cause),
        isSignedOut,
      }),
    ],
  };
}
