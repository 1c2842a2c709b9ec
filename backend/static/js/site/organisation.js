// One organisation of the public register, by the code in the address: what it is, its licences, its credit where there is one.
import { Refused, ask } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { either, momentOf, t } from "../shared/i18n.js";
import { factsOf, licenceList, nameOf, stateChip } from "../shared/organisation_facts.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";

const LISTS = /** @type {const} */ (["black", "negative", "green"]);
const RELEASES = 5;
const code = decodeURIComponent(location.pathname.split("/").pop() ?? "");
const path = /** @type {const} */ (`/v1/organisations/${encodeURIComponent(code)}`);
show();

async function show() {
  try {
    const organisation = await patiently(() => ask(/** @type {"/v1/organisations/{code}"} */ (path)));
    document.title = `${nameOf(organisation)} · ${document.title.split(" · ").pop()}`;
    byId("organisation").replaceChildren(
      h("div", { class: "card-head" }, h("h1", {}, nameOf(organisation)), stateChip(organisation.state)),
      ...(organisation.state_why ? [h("p", { class: "notice" }, t("organisations.why", { why: organisation.state_why }))] : []),
      factsOf(organisation),
    );
    byId("licences-card").hidden = false;
    byId("licences").replaceChildren(licenceList(organisation.licences));
    await Promise.all([showRecord(organisation.code), showCredit()]);
  } catch (error) {
    byId("organisation").hidden = true;
    tell(byId("refused"), error instanceof Refused && error.status === 404 ? t("organisations.missing") : explain(error));
  }
}

/** Its entries on the public lists, and the newest releases of it and its events. @param {string} known */
async function showRecord(known) {
  const about = `organisation=${encodeURIComponent(known)}`;
  const [releases, ...lists] = await Promise.all([
    ask(/** @type {"/v1/disclosures"} */ (`/v1/disclosures?${about}&limit=${RELEASES}`)),
    ...LISTS.map((list) => ask(/** @type {"/v1/lists/{name}"} */ (`/v1/lists/${list}?${about}`))),
  ]);
  const entries = lists.flatMap(({ items }) => items);
  const nothing = (/** @type {"lists" | "releases"} */ what) => [h("li", { class: "note" }, t(`organisations.record.none.${what}`))];
  byId("record-card").hidden = false;
  byId("record-lists").replaceChildren(...(entries.length ? entries.map(listed) : nothing("lists")));
  byId("record-releases").replaceChildren(...(releases.items.length ? releases.items.map((each) => h("li", {}, h("a", { href: `/disclosures/${each.number}` }, each.name ? either(each.name) : each.number), ` · ${momentOf(each.published_at)}`)) : nothing("releases")));
  byId("releases-page").setAttribute("href", `/disclosures?${about}`);
}

/** @param {ItemOf<"/v1/lists/{name}">} entry */
const listed = (entry) =>
  h("li", { "data-list": entry.list }, h("span", { class: "chip", "data-state": !entry.is_in_force ? "" : entry.list === "green" ? "posted" : "rejected" }, t(`organisations.list.${entry.list}`)), " ", h("a", { href: `/lists?list=${entry.list}#${entry.id}` }, t(entry.is_in_force ? "organisations.record.in_force" : "organisations.record.past")), ` · ${entry.reason}`);

/** Score and stars where the platform evaluates it; nothing is said where it does not. */
async function showCredit() {
  const found = await fetch(`${path}/credit`, { headers: { accept: "application/json" } }).catch(() => null);
  if (found === null || !found.ok) return;
  const { score, stars } = await found.json();
  byId("credit-card").hidden = false;
  byId("credit-page").setAttribute("href", `/organisations/${encodeURIComponent(code)}/credit`);
  byId("credit").textContent = typeof score === "number" ? t("organisations.credit.score", { score, stars }) : t("organisations.credit.none");
}
