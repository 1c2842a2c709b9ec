// What a guest may do with what the badge recorded: have it for good, in an account.
import { h, icon } from "../shared/dom.js";
import { showRefusal } from "../shared/result.js";
import { Stopped } from "../shared/retry.js";
import { t } from "../shared/i18n.js";

/** The offer; `keep` moves the record and raises what the server refuses, `kept` is called when it is done, `leave` ends the guest's session on a phone that is somebody else's too. @template T @param {() => Promise<T>} keep @param {(answer: T) => unknown} kept @param {() => unknown} leave */
export function keepOffer(keep, kept, leave) {
  const refused = h("section", { class: "refusal", id: "keep-refused", role: "alert", tabindex: "-1", hidden: true });
  const button = h("button", { class: "button", type: "button", id: "keep" }, icon("leaf"), h("span", {}, t("keep.button")));
  button.addEventListener("click", async () => {
    button.disabled = true;
    refused.hidden = true;
    try {
      await kept(await keep());
    } catch (error) {
      if (!(error instanceof Stopped)) showRefusal(error, refused);
    } finally {
      button.disabled = false;
    }
  });
  return h("section", { class: "keep-offer", "aria-labelledby": "keep-title" }, h("h3", { id: "keep-title" }, t("keep.title")), h("p", {}, t("keep.text")), h("p", { class: "note" }, t("keep.text.points")), h("div", { class: "buttons" }, button, h("button", { class: "button quiet", type: "button", id: "guest-leave", onclick: leave }, t("sign_in.out"))), refused);
}
