// Plantings and repaired wetlands: operators tell what was planted, what survived with its evidence, at which event.
import { byId, fieldOf, h, tell, valuesOf } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { waitIn } from "../shared/wait_notice.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { upload } from "../shared/upload.js";
import { count, either, t } from "../shared/i18n.js";

const GROWING = new Set(["forestry", "grassland", "wetland"]);
const PAGE = 100;
/** @typedef {ItemOf<"/v1/projects">} Project */

const session = new Session("staff");
const onWait = waitIn(byId("plantings-notice"));
/** @type {Project[]} */
let projects = [];

byId("project").addEventListener("change", show);
const signIn = new StaffSignIn(session, byId("plantings-panel"), { onOpen: load });
signIn.start();

const chosen = () => projects.find((project) => project.code === byId("project").value);

async function load() {
  const kept = byId("project").value;
  try {
    projects = [];
    let cursor = "";
    do {
      const query = new URLSearchParams({ limit: String(PAGE), ...(cursor ? { cursor } : {}) });
      const page = await patiently(() => session.ask(`/v1/projects?${query}`), { onWait });
      projects.push(...page.items.filter((project) => GROWING.has(project.category)));
      cursor = page.next_cursor ?? "";
    } while (cursor);
    byId("project").replaceChildren(...projects.map((project) => h("option", { value: project.code }, either(project.name))));
    if (projects.some((project) => project.code === kept)) byId("project").value = kept;
    show();
  } catch (error) {
    fail(error);
  }
}

function show() {
  const project = chosen();
  if (!project) return;
  /** @type {HTMLAnchorElement} */ (byId("project-page")).href = `/projects/${encodeURIComponent(project.code)}`;
  const facts = [
    [t("project.species"), project.species ?? "–"],
    [t("project.survival"), project.survival ? `${project.survival.rate_pct} %` : "–"],
    [t("project.planned"), project.planned_t === null ? "–" : t("project.tonnes", { n: count(project.planned_t) })],
    [t("project.expected"), project.expected_t === null ? "–" : t("project.tonnes", { n: count(project.expected_t) })],
    [t("project.activities"), project.activities.map((each) => either(each.name)).join(t("list.comma")) || "–"],
  ];
  byId("project-facts").replaceChildren(...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  const form = byId("designation-form");
  fieldOf(form, "barrier").value = project.barrier ?? "";
  fieldOf(form, "is_demonstration").checked = project.is_demonstration;
  fieldOf(form, "planned_t").value = project.planned_t === null ? "" : String(project.planned_t);
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("plantings-notice"), explain(error));
}

/** Sends a form about the chosen project; it is emptied when its answer is there. @param {HTMLFormElement} form @param {(project: Project, values: Record<string, string>) => Promise<unknown>} send */
function onSend(form, send) {
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const project = chosen();
    if (!project) return;
    tell(byId("plantings-notice"), "");
    tell(byId("plantings-said"), "");
    const button = /** @type {HTMLButtonElement} */ (form.querySelector('[type="submit"]'));
    button.disabled = true;
    try {
      await send(project, /** @type {Record<string, string>} */ (valuesOf(form)));
      form.reset();
      await load();
      tell(byId("plantings-said"), t("plantings.said"));
    } catch (error) {
      fail(error);
    } finally {
      button.disabled = false;
    }
  });
}

onSend(byId("planting-form"), async (project, values) => {
  const [file] = byId("planting-file").files ?? [];
  const path = /** @type {`/v1/projects/${string}/evidence`} */ (`/v1/projects/${encodeURIComponent(project.code)}/evidence`);
  const sent = file ? await upload(session, path, file, () => {}, file.type) : null;
  const body = {
    kind: /** @type {"planted"} */ (values.kind),
    day: values.day,
    species: values.species.trim(),
    plants: Number(values.plants || 0),
    reason: values.reason.trim(),
    ...(values.area_ha ? { area_ha: Number(values.area_ha) } : {}),
    ...(sent ? { evidence: sent.sha256 } : {}),
  };
  await session.ask(`/v1/projects/${encodeURIComponent(project.code)}/plantings`, { method: "POST", body });
});

onSend(byId("activity-form"), (project, values) => session.ask(`/v1/projects/${encodeURIComponent(project.code)}/activities`, { method: "POST", body: { event: values.event.trim(), reason: values.reason.trim() } }));

onSend(byId("designation-form"), (project, values) => {
  const isDemonstration = fieldOf(byId("designation-form"), "is_demonstration").checked;
  const body = { barrier: /** @type {Project["barrier"]} */ (values.barrier || null), is_demonstration: isDemonstration, reason: values.reason.trim(), ...(project.is_ex_ante ? { planned_t: values.planned_t ? Number(values.planned_t) : null } : {}) };
  return session.ask(`/v1/projects/${encodeURIComponent(project.code)}/changes`, { method: "POST", body });
});
