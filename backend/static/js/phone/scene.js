// The page that a certified scene's sign opens: the place, and what may be logged there.
import { byId, h } from "../shared/dom.js";
import { openScan } from "../shared/scan_dialog.js";
import { either, t } from "../shared/i18n.js";

const STARS_MAX = 5;

/** Whoever logs an action here without a session is asked to sign in. */
export async function showScene(/** @type {NonNullable<Schema<"CodeView">["scene"]>} */ scene, /** @type {import("./actions.js").Actions} */ actions) {
  document.title = `${either(scene.name)} · ${t("brand")}`;
  byId("join-columns").hidden = true;
  byId("what").textContent = t("scene.what");
  byId("event-place").textContent = [either(scene.kind_name), scene.district, scene.address].filter(Boolean).join(" · ");
  byId("event-name").textContent = either(scene.name);
  byId("actions-title").textContent = t("scene.title");
  byId("actions-lead").textContent = t("scene.lead");
  byId("phone").dataset.scene = scene.code;
  const rank = rankOf(scene);
  if (rank) byId("event-name").after(h("p", { class: "scene-rank", id: "scene-rank" }, ...rank));
  if (scene.certification) byId("event-place").after(h("p", { class: "note", id: "scene-certification" }, h("a", { href: `/scenes/${scene.code}` }, t("scene.certified", { name: either(scene.certification.certifier.name), score: String(scene.certification.score), last: scene.certification.valid_to }))));
  byId("scan-other").addEventListener("click", openScan);
  byId("phone").hidden = false;
  await actions.show((method) => scene.methods.includes(method.code));
}

function rankOf(/** @type {NonNullable<Schema<"CodeView">["scene"]>} */ { stars, grade }) {
  const parts = [];
  if (stars) parts.push(h("span", { role: "img", "aria-label": t("scene.stars", { stars }) }, "★".repeat(stars) + "☆".repeat(STARS_MAX - stars)));
  if (grade) parts.push(h("span", {}, t("scene.grade", { grade })));
  return parts.length ? parts : null;
}
