// The API reference, made from /openapi.json: what the server says of itself, and nothing else.
import { ask } from "../shared/api.js";
import { all, byId, h, icon } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { Schemas } from "./schema.js";
import { t } from "../shared/i18n.js";

/** @typedef {{path: string, verb: string, operation: any, id: string}} Entry */

const VERBS = ["get", "post", "put", "patch", "delete"];

async function start() {
  const document = await patiently(() => ask("/openapi.json"));
  const schemas = new Schemas(document);
  /** @type {Map<string, Entry[]>} */
  const tags = new Map();
  for (const [path, item] of Object.entries(/** @type {Record<string, any>} */ (document.paths))) {
    for (const verb of VERBS.filter((each) => item[each])) {
      const operation = item[verb];
      const tag = operation.tags?.[0] ?? "";
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag)?.push({ path, verb, operation, id: operation.operationId });
    }
  }
  byId("operations").replaceChildren(...[...tags].map(([tag, entries]) => h("section", { class: "tag" }, h("h2", {}, tag), entries.map((entry) => card(entry, schemas)))));
  byId("contents").replaceChildren(...[...tags].map(([tag, entries]) => h("div", { class: "tag-links" }, h("h2", {}, tag), entries.map(link))));
  byId("filter").addEventListener("input", filter);
  window.addEventListener("hashchange", openNamed);
  openNamed();
}

function link(/** @type {Entry} */ { path, verb, operation, id }) {
  return h("a", { href: `#${id}`, "data-text": `${verb} ${path} ${operation.summary}`.toLowerCase(), "data-for": id }, badge(verb), h("span", {}, path));
}

function badge(/** @type {string} */ verb) {
  return h("span", { class: `verb verb-${verb}` }, verb.toUpperCase());
}

function card(/** @type {Entry} */ { path, verb, operation, id }, /** @type {Schemas} */ schemas) {
  const details = h("details", { class: "card operation", id });
  details.append(
    h("summary", {}, h("span", { class: "operation-path" }, badge(verb), h("code", {}, path)), h("span", {}, operation.summary), h("span", { class: "roles" }, `${t("docs.roles")}: ${rolesOf(operation)}`)),
  );
  // Filled when first opened: hundreds of tables at once would make a phone wait.
  details.addEventListener("toggle", () => details.open && details.children.length === 1 && details.append(...inside({ path, verb, operation, id }, schemas)));
  return details;
}

function rolesOf(/** @type {any} */ operation) {
  if (!operation.security?.length) return t("docs.roles.anyone");
  return (operation.description ?? "").replace(/^Roles:\s*/, "");
}

function inside(/** @type {Entry} */ { path, verb, operation }, /** @type {Schemas} */ schemas) {
  const parts = [];
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  if (operation.parameters?.length) parts.push(h("h3", {}, t("docs.parameters")), table(operation.parameters.map((/** @type {any} */ parameter) => ({ name: parameter.name, type: `${parameter.in} · ${schemas.typeOf(parameter.schema ?? {})}`, about: parameter.description ?? "", isRequired: parameter.required, depth: 0 }))));
  if (body) parts.push(h("h3", {}, t("docs.request"), " ", h("small", {}, schemas.typeOf(body))), table(schemas.rows(body)));
  const refusals = [];
  for (const [status, response] of Object.entries(/** @type {Record<string, any>} */ (operation.responses))) {
    refusals.push(...((response.description ?? "").match(/Refused: ([\w, ]+)/)?.[1].split(", ").map((/** @type {string} */ code) => ({ status, code })) ?? []));
    if (Number(status) < 400) parts.push(...answer(status, response, schemas));
  }
  if (refusals.length) parts.push(h("h3", {}, t("docs.refusals")), h("p", { class: "codes" }, refusals.map(({ status, code }) => h("a", { href: `/problems/${code}` }, `${status} `, h("code", {}, code)))));
  parts.push(h("h3", {}, t("docs.curl")), curl(path, verb, operation, body, schemas));
  return parts;
}

function answer(/** @type {string} */ status, /** @type {any} */ response, /** @type {Schemas} */ schemas) {
  const [media, content] = Object.entries(response.content ?? {}).find(([type]) => !type.includes("problem")) ?? [];
  const rows = content ? schemas.rows(content.schema) : [];
  const type = content ? (media === "application/json" ? schemas.typeOf(content.schema) : media) : t("docs.empty");
  return [h("h3", {}, t("docs.answer", { status }), " ", h("small", {}, type)), ...(rows.length ? [table(rows)] : [])];
}

function table(/** @type {any[]} */ rows) {
  const head = h("tr", {}, ["docs.field", "docs.type", "docs.about"].map((key) => h("th", { scope: "col" }, t(key))));
  const body = rows.map((row) => {
    const name = h("span", { class: "deep" }, h("code", {}, row.name));
    name.style.setProperty("--depth", String(row.depth));
    const about = [row.isRequired ? t("docs.required") : "", row.fallback !== undefined && row.fallback !== null ? `= ${JSON.stringify(row.fallback)}` : "", row.about].filter(Boolean).join(" · ");
    return h("tr", {}, h("td", {}, name), h("td", {}, h("code", {}, row.type)), h("td", {}, about));
  });
  return h("div", { class: "scroll" }, h("table", { class: "table compact schema" }, h("thead", {}, head), h("tbody", {}, body)));
}

function curl(/** @type {string} */ path, /** @type {string} */ verb, /** @type {any} */ operation, /** @type {any} */ body, /** @type {Schemas} */ schemas) {
  const lines = [`curl ${verb === "get" ? "" : `-X ${verb.toUpperCase()} `}'${location.origin}${path}'`];
  if (operation.security?.length) lines.push(`  -H "Authorization: Bearer $TOKEN"`);
  if (operation.parameters?.some((/** @type {any} */ parameter) => parameter.name === "Idempotency-Key")) lines.push(`  -H "Idempotency-Key: $(uuidgen)"`);
  if (body) lines.push("  -H 'Content-Type: application/json'", `  -d '${JSON.stringify(schemas.example(body))}'`);
  const text = lines.join(" \\\n");
  const shown = h("pre", { tabindex: "0" }, text);
  const label = h("span", {}, t("docs.copy"));
  const button = h("button", { class: "button tiny", type: "button" }, icon("copy"), label);
  button.addEventListener("click", async () => {
    await copy(text, shown);
    label.textContent = t("docs.copied");
    setTimeout(() => (label.textContent = t("docs.copy")), 1600);
  });
  return h("div", { class: "curl" }, shown, button);
}

/** The clipboard is closed on plain-http addresses; selecting the text leaves Ctrl-C. */
async function copy(/** @type {string} */ text, /** @type {HTMLElement} */ shown) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection()?.selectAllChildren(shown);
    document.execCommand("copy");
  }
}

function filter() {
  const words = byId("filter").value.trim().toLowerCase().split(/\s+/);
  for (const entry of all("#contents a")) {
    const fits = words.every((each) => entry.dataset.text?.includes(each));
    entry.hidden = !fits;
    byId(entry.dataset.for ?? "").hidden = !fits;
  }
  for (const group of all(".tag, .tag-links")) group.hidden = !group.querySelector(".operation:not([hidden]), a:not([hidden])");
}

function openNamed() {
  const named = byId(decodeURIComponent(location.hash.slice(1)));
  if (!(named instanceof HTMLDetailsElement)) return;
  named.open = true;
  named.scrollIntoView();
}

start();
