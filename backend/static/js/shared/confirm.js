// A dialog that asks before something is done, and then shows how it went.
import { byId, h } from "./dom.js";
import { noticesIn } from "./lazy_section.js";
import { t } from "./i18n.js";

/**
 * Ask, and perform on yes. `perform(button, notices)` returns a title and the elements that say how it went, or null
 * when it was refused: then the question stays open and may be answered again.
 * @param {{title: string, texts: (string | null)[], yes: string, perform: (button: HTMLButtonElement, notices: Notices) => Promise<(string | HTMLElement | null)[] | null>}} question
 */
export function confirm({ title, texts, yes, perform }) {
  const dialog = byId("dialog");
  const body = byId("dialog-body");
  const agree = h("button", { class: "button primary", type: "button", id: "dialog-yes" }, yes);
  const leave = h("button", { class: "button", type: "button", onclick: () => dialog.close() }, t("account.confirm.no"));
  const buttons = h("div", { class: "buttons" }, agree, leave);
  body.replaceChildren(h("div", {}, h("h2", { id: "dialog-title", tabindex: "-1" }, title), ...texts.filter(Boolean).map((text) => h("p", {}, text))));
  const notices = noticesIn(body);
  body.append(buttons);
  agree.addEventListener("click", async () => {
    agree.textContent = t("account.sending");
    const outcome = await perform(agree, notices);
    agree.textContent = yes;
    if (outcome !== null) show(outcome);
  });
  if (!dialog.open) dialog.showModal();
}

/** A title and elements in the dialog. @param {(string | HTMLElement | null)[]} content */
export function show([title, ...rest]) {
  const dialog = byId("dialog");
  const heading = h("h2", { id: "dialog-title", tabindex: "-1" }, title);
  byId("dialog-body").replaceChildren(heading, ...rest.filter((each) => each !== null), h("div", { class: "buttons" }, h("button", { class: "button", type: "button", onclick: () => dialog.close() }, t("account.close"))));
  if (!dialog.open) dialog.showModal();
  heading.focus();
}
