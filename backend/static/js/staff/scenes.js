// Certified scenes: entered, changed, closed, with their signs to print.
import { byId, h } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { either, t } from "../shared/i18n.js";
import { bothLanguages, deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";

const KINDS = /** @type {const} */ (["restaurant", "hotel", "scenic_area", "shop"]);
const GRADES = /** @type {const} */ (["A", "B", "C"]);
/** @typedef {ItemOf<"/v1/scenes">} Scene */

/** @type {DeskList} */
const desk = new DeskList({ path: "/v1/scenes", rowOf });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);

byId("desk-create").append(
  deskForm({
    summary: "ops.scenes.create",
    go: "ops.create.go",
    fields: [{ name: "kind", label: "ops.kind", options: KINDS.map((kind) => [kind, t(`ops.scene.${kind}`)]), isRequired: true }, ...fieldsOf(null), reasonField()],
    send: async (body) => desk.show((await desk.post("/v1/scenes", body)).scene),
    isSignedOut,
  }),
  h("p", {}, h("a", { href: "/staff/files" }, t("ops.scenes.file"))),
);
desk.start();

/** @param {Scene | null} scene @returns {import("./desk_form.js").DeskField[]} */
function fieldsOf(scene) {
  const isNullable = scene !== null;
  return [
    ...bothLanguages(scene?.name),
    { name: "district", label: "ops.district", value: scene?.district, isRequired: true, max: 40 },
    { name: "address", label: "ops.address", value: scene?.address, isNullable, max: 200 },
    { name: "stars", label: "ops.stars", kind: "number", value: scene?.stars, isNullable },
    { name: "grade", label: "ops.grade", options: GRADES.map((grade) => [grade, grade]), value: scene?.grade, isNullable },
    { name: "lat", label: "ops.lat", kind: "number", value: scene?.lat, isNullable },
    { name: "lon", label: "ops.lon", kind: "number", value: scene?.lon, isNullable },
  ];
}

/** @param {Scene} scene */
function rowOf(scene) {
  const at = `/v1/scenes/${scene.code}`;
  const change = async (/** @type {any} */ body) => desk.show((await desk.post(`${at}/changes`, body)).scene);
  const print = h("button", { class: "button tiny", type: "button" }, t("ops.scene.sheet"));
  print.addEventListener("click", async () => {
    print.disabled = true;
    try {
      save(await fetchFile(desk.session, `${at}/sheet`, "application/pdf"), `scene-${scene.code}.pdf`);
    } catch (error) {
      desk.fail(byId("desk-notice"), error);
    } finally {
      print.disabled = false;
    }
  });
  return {
    key: scene.code,
    title: either(scene.name),
    chips: [scene.code, either(scene.kind_name), scene.is_open ? null : t("ops.closed")],
    facts: /** @type {[string, string | null][]} */ ([["ops.district", scene.district], ["ops.address", scene.address], ["ops.stars", scene.stars === null ? null : String(scene.stars)], ["ops.grade", scene.grade], ["ops.methods", scene.methods.join(" ")]]),
    more: [
      deskForm({ summary: "ops.change", go: "ops.change.go", fields: [...fieldsOf(scene), { name: "is_open", label: "ops.open", kind: "flag", value: scene.is_open }, reasonField()], send: change, isSignedOut }),
      deskForm({ summary: "ops.scene.sign", go: "ops.scene.sign", fields: [reasonField()], send: (body) => change({ ...body, new_sign: true }), isSignedOut }),
      h("div", { class: "buttons" }, print),
    ],
  };
}
