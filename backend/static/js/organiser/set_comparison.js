// What another factor set would change for the event, shown before it is chosen.
import { byId, fieldOf, h } from "../shared/dom.js";
import { mass, t, word } from "../shared/i18n.js";

/** Ask as soon as another set stands in the form; nothing is changed by looking. */
export function startComparison(/** @type {Desk} */ desk) {
  const field = fieldOf(byId("change-form"), "factor_set");
  let asked = "";
  field.addEventListener("change", async () => {
    const other = (asked = field.value);
    const panel = byId("set-comparison");
    panel.hidden = other === desk.event.factor_set || other === "";
    if (panel.hidden) return;
    panel.replaceChildren(h("p", { class: "note" }, t("desk.sets.asking")));
    try {
      const found = await desk.ask(desk.path(`/factor-set-comparison?factor_set=${encodeURIComponent(other)}`));
      if (asked === other) panel.replaceChildren(...show(found));
    } catch (error) {
      if (!desk.isSignedOut(error)) panel.replaceChildren(h("p", { class: "field-error" }, error.detail ?? error.title ?? t("unreachable.title")));
    }
  });
}

const signed = (/** @type {number} */ grams) => `${grams > 0 ? "+" : grams < 0 ? "−" : ""}${mass(Math.abs(grams))}`;

function show(/** @type {Schema<"FactorSetComparison">} */ found) {
  return [
    h("p", { class: "note" }, t("desk.sets.lead", { before: found.factor_set, after: found.other })),
    ...found.attendees.map((each) =>
      h(
        "details",
        { class: "set-attendee" },
        h("summary", {}, `${t(`category.${each.category}`)} · ${mass(each.before_g)} → ${mass(each.after_g)} (${signed(each.delta_g)})`),
        h(
          "table",
          { class: "table compact" },
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("column.source")), ...[found.factor_set, found.other].map((id) => h("th", { scope: "col", class: "num" }, id)), h("th", { scope: "col", class: "num" }, t("desk.sets.change")))),
          h(
            "tbody",
            {},
            ...each.lines.map((line) =>
              h("tr", {}, h("th", { scope: "row" }, word("source", line.source), line.note ? h("small", {}, ` ${word("note", line.note)}`) : null), h("td", { class: "num" }, mass(line.before_g)), h("td", { class: "num" }, mass(line.after_g)), h("td", { class: "num" }, signed(line.after_g - line.before_g))),
            ),
          ),
        ),
      ),
    ),
  ];
}
