// Projects behind the credits, with what was planted and what survives.
import { byId, h } from "../shared/dom.js";
import { count, dayOf, either, t } from "../shared/i18n.js";
import { bothLanguages, deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";

const CATEGORIES = /** @type {Project["category"][]} */ ("renewable photovoltaic forestry grassland wetland biogas waste efficiency rural_environment transport other".split(" "));
const GROWING = ["forestry", "grassland", "wetland"];
/** @typedef {ItemOf<"/v1/projects">} Project */

/** @type {DeskList} */
const desk = new DeskList({ path: "/v1/projects", rowOf, onOpen: offerProducts });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);
desk.start();

/** The form for a new project, with the products of the register and what each wants to be told. */
async function offerProducts() {
  const { items } = await desk.ask("/v1/products");
  const products = items.map((/** @type {any} */ product) => /** @type {[string, string]} */ ([product.code, either(product.name)]));
  byId("desk-create").replaceChildren(
    deskForm({
      summary: "ops.projects.create",
      go: "ops.create.go",
      fields: [
        { name: "code", label: "ops.code", isRequired: true, max: 64 },
        ...bothLanguages(),
        { name: "product", label: "ops.product", options: products, isRequired: true },
        { name: "category", label: "ops.category", options: CATEGORIES.map((each) => [each, t(`ops.category.${each}`)]), isRequired: true },
        { name: "registry", label: "ops.registry", max: 200 },
        { name: "registration_no", label: "ops.registration", max: 100 },
        { name: "methodology", label: "ops.methodology", max: 200 },
        { name: "location", label: "ops.location", max: 200 },
        { name: "approved_by", label: "ops.approved", max: 200 },
        { name: "approval_doc", label: "ops.approval", max: 200 },
        { name: "species", label: "ops.species", max: 200 },
        { name: "area_ha", label: "ops.area", kind: "number" },
        reasonField(),
      ],
      send: async (body) => desk.show(await desk.post("/v1/projects", body)),
      isSignedOut,
    }),
  );
}

/** @param {Project} project */
function rowOf(project) {
  const at = `/v1/projects/${encodeURIComponent(project.code)}`;
  const planted = project.plantings.map((each) => h("li", {}, `${dayOf(each.day)} · ${t(`ops.planting.${each.kind}`)} · ${each.species} · ${count(each.plants)}`));
  return {
    key: project.code,
    title: either(project.name),
    chips: [project.code, t(`ops.category.${project.category}`), project.is_ex_ante ? t("ops.ex.ante") : null],
    facts: /** @type {[string, string | null][]} */ ([["ops.product", project.product], ["ops.registration", project.registration_no], ["ops.location", project.location], ["ops.retired", `${count(project.retired_t)} t`]]),
    more: [planted.length ? h("ul", { class: "plain-list" }, planted) : null, GROWING.includes(project.category) ? plantingForm(at) : null],
  };
}

/** @param {string} at */
function plantingForm(at) {
  return deskForm({
    summary: "ops.planting.create",
    go: "ops.create.go",
    fields: [
      { name: "kind", label: "ops.kind", options: [["planted", t("ops.planting.planted")], ["surviving", t("ops.planting.surviving")]], isRequired: true },
      { name: "day", label: "ops.day", kind: "day", isRequired: true },
      { name: "species", label: "ops.species", isRequired: true, max: 200 },
      { name: "plants", label: "ops.plants", kind: "number", isRequired: true },
      { name: "area_ha", label: "ops.area", kind: "number" },
      { name: "note", label: "ops.note", max: 200 },
      reasonField(),
    ],
    send: async (body) => desk.show(await desk.post(`${at}/plantings`, body)),
    isSignedOut,
  });
}
