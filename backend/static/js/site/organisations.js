// The public register of organisations: searched by name, code, kind and state.
import { ask } from "../shared/api.js";
import { cityName } from "../shared/city_names.js";
import { byId, h, tell, valuesOf } from "../shared/dom.js";
import { t } from "../shared/i18n.js";
import { nameOf, stateChip } from "../shared/organisation_facts.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { typedWords } from "../shared/typed_text.js";

const PAGE = 20;
/** @type {string | null} */
let cursor = null;
let asked = 0;

byId("search").addEventListener("submit", (/** @type {SubmitEvent} */ submitted) => {
  submitted.preventDefault();
  load(true);
});
byId("more").addEventListener("click", () => load(false));
load(true);

async function load(/** @type {boolean} */ isFresh) {
  const { query, kind, state } = valuesOf(byId("search"));
  const wanted = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries({ query: typedWords(query), kind, state })) if (value) wanted.set(name, value);
  if (!isFresh && cursor) wanted.set("cursor", cursor);
  // A list that was asked for before another search comes too late.
  const mine = (asked += isFresh ? 1 : 0);
  tell(byId("refused"), "");
  try {
    const page = await patiently(() => ask(/** @type {"/v1/organisations"} */ (`/v1/organisations?${wanted}`)));
    if (mine !== asked) return;
    const cards = page.items.map(card);
    if (isFresh) byId("organisations").replaceChildren(...cards);
    else byId("organisations").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("empty").hidden = byId("organisations").children.length > 0;
  } catch (error) {
    tell(byId("refused"), explain(error));
  }
}

function card(/** @type {Schema<"OrganisationView">} */ organisation) {
  const kinds = organisation.kinds.map((kind) => t(`organisations.kind.${kind}`)).join(" · ");
  return h(
    "li",
    { class: "card", "data-code": organisation.code },
    h("div", { class: "card-head" }, h("h2", {}, h("a", { href: `/organisations/${organisation.code}` }, nameOf(organisation))), stateChip(organisation.state)),
    h("p", { class: "note" }, `${organisation.code} · ${kinds}${organisation.city ? ` · ${cityName(organisation.city)}` : ""}`),
  );
}
