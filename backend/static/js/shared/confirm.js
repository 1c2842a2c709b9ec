// A question before something that counts, and its answer in the same place.
import { byId, h } from "./dom.js";
import { placeIn } from "./lazy_section.js";
import { t } from "./i18n.js";

/**
 * Ask, and do it on yes. `perform(button, place)` returns the elements that tell how it went, or null when it was
 * refused: then the question stays open and may be answered again.
 */
export function confirm({ title, texts, yes, perform }) {
  const dialog = byId("dialog");
  const body = byId("dialog-body");
  const agree = h("button", { class: "button primary", type: "button", id: "dialog-yes" }, yes);
  const leave = h("button", { class: "button", type: "button", onclick: () => dialog.close() }, t("account.confirm.no"));
  const buttons = h("div", { class: "buttons" }, agree, leave);
  const told = h("div", {}, h("h2", { id: "dialog-title", tabindex: "-1" }, title), ...texts.filter(Boolean).map((text) => h("p", {}, text)));
  body.replaceChildren(told);
  const place = placeIn(body);
  body.append(buttons);
  agree.addEventListener("click", async () => {
    agree.textContent = t("account.sending");
    const outcome = await perform(agree, place);
    agree.textContent = yes;
    if (outcome !== null) show(outcome);
  });
  if (!dialog.open) dialog.showModal();
}

/** Elements in the dialog, the first of them its title. */
export function show(elements) {
  const dialog = byId("dialog");
  const [title, ...rest] = elements;
  const heading = h("h2", { id: "dialog-title", tabindex: "-1" }, title);
  byId("dialog-body").replaceChildren(heading, ...rest.filter(Boolean), h("div", { class: "buttons" }, h("button", { class: "button", type: "button", onclick: () => dialog.close() }, t("account.close"))));
  if (!dialog.open) dialog.showModal();
  heading.focus();
}
