// One organisation of the public register, by the code in the address: what it is, its licences, its credit where there is one.
import { Refused, ask } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { factsOf, licenceList, nameOf, stateChip } from "../shared/organisation_facts.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";

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
    await showCredit();
  } catch (error) {
    byId("organisation").hidden = true;
    tell(byId("refused"), error instanceof Refused && error.status === 404 ? t("organisations.missing") : explain(error));
  }
}

/** Score and stars where the platform evaluates it; nothing is said where it does not. */
async function showCredit() {
  const found = await fetch(`${path}/credit`, { headers: { accept: "application/json" } }).catch(() => null);
  if (found === null || !found.ok) return;
  const { score, stars } = await found.json();
  byId("credit-card").hidden = false;
  byId("credit-page").setAttribute("href", `/organisations/${encodeURIComponent(code)}/credit`);
  byId("credit").textContent = typeof score === "number" ? t("organisations.credit.score", { score, stars }) : t("organisations.credit.none");
}
