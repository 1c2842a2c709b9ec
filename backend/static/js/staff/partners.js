// Partners: who reports actions, which methods they may report, and their keys.
import { byId, h } from "../shared/dom.js";
import { count, either, momentOf, t } from "../shared/i18n.js";
import { bothLanguages, deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";

const KINDS = /** @type {Partner["kind"][]} */ ("metro bus shared_bike recycler parcel charging exchange other".split(" "));
/** @typedef {ItemOf<"/v1/partners">} Partner */

/** @type {DeskList} */
const desk = new DeskList({ path: "/v1/partners", rowOf });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);
/** @type {import("./desk_form.js").DeskField} */
const methodsField = { name: "methods", label: "ops.methods", kind: "list", isRequired: true, hint: "ops.methods.hint" };

byId("desk-create").append(
  deskForm({
    summary: "ops.partners.create",
    go: "ops.create.go",
    fields: [{ name: "code", label: "ops.code", isRequired: true, max: 64 }, ...bothLanguages(), { name: "kind", label: "ops.kind", options: KINDS.map((kind) => [kind, t(`ops.partner.${kind}`)]), isRequired: true }, methodsField, reasonField()],
    send: async (body) => desk.show(await desk.post("/v1/partners", body)),
    isSignedOut,
  }),
);
desk.start();

/** @param {Partner} partner */
function rowOf(partner) {
  const at = `/v1/partners/${encodeURIComponent(partner.code)}`;
  return {
    key: partner.code,
    title: either(partner.name),
    chips: [partner.code, t(`ops.partner.${partner.kind}`), partner.is_open ? null : t("ops.closed")],
    facts: /** @type {[string, string][]} */ ([["ops.methods", partner.methods.join(" ")], ["ops.keys", count(partner.keys.length)], ["ops.since", momentOf(partner.created_at)]]),
    more: [
      deskForm({
        summary: "ops.change",
        go: "ops.change.go",
        fields: [...bothLanguages(partner.name), { ...methodsField, value: partner.methods }, { name: "is_open", label: "ops.open", kind: "flag", value: partner.is_open }, reasonField()],
        send: (body) => desk.change(at, body, partner),
        isSignedOut,
      }),
      h("ul", { class: "plain-list" }, partner.keys.map((key) => keyItem(at, partner, key))),
      deskForm({
        summary: "ops.key.create",
        go: "ops.key.go",
        fields: [{ name: "valid_from", label: "ops.key.from", kind: "instant" }, reasonField()],
        send: async (body) => {
          const key = await desk.post(`${at}/keys`, body);
          desk.showOnce(t("ops.key.once", { key: key.key_id }), key.secret);
          desk.show({ ...partner, keys: [...partner.keys, key] });
          byId("desk-once").querySelector("input")?.focus();
        },
        isSignedOut,
      }),
    ],
  };
}

/** @param {string} at @param {Partner} partner @param {Partner["keys"][number]} key */
function keyItem(at, partner, key) {
  const until = key.valid_to ? momentOf(key.valid_to) : t("ops.key.open");
  const isOver = key.valid_to !== null && Date.parse(key.valid_to) <= Date.now();
  const end = deskForm({
    summary: "ops.key.end",
    go: "ops.key.end",
    fields: [{ name: "at", label: "ops.key.at", kind: "instant" }, reasonField()],
    send: async (body) => {
      const ended = await desk.post(`${at}/keys/${encodeURIComponent(key.key_id)}/end`, body);
      desk.show({ ...partner, keys: partner.keys.map((each) => (each.key_id === key.key_id ? ended : each)) });
    },
    isSignedOut,
  });
  return h("li", {}, h("code", {}, key.key_id), ` · ${momentOf(key.valid_from)} – ${until}`, isOver ? null : end);
}
