// The month of birth is asked for where points are earned: once, in one step, and then what was begun goes on.
import { Refused } from "./api.js";
import { h, tell } from "./dom.js";
import { explain } from "./refusal.js";
import { t } from "./i18n.js";

const YEARS = 120;
const MONTHS = 12;

/** @type {Promise<boolean> | null} */
let asking = null;

/** Like `ask`; a request that is refused for want of an age is sent again when its citizen has told one. @param {Ask} ask @returns {Ask} */
export function withAge(ask) {
  const again = async (/** @type {any} */ path, /** @type {any} */ options) => {
    try {
      return await ask(path, options);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "age_needed") throw error;
      asking ??= askAge(ask).finally(() => {
        asking = null;
      });
      if (!(await asking)) throw error;
      return ask(path, options);
    }
  };
  return /** @type {any} */ (again);
}

/** Whether the citizen told the month. @param {Ask} ask @returns {Promise<boolean>} */
function askAge(ask) {
  const thisYear = new Date().getFullYear();
  const year = choice("age-year", t("age.year"), Array.from({ length: YEARS }, (_, n) => String(thisYear - n)));
  const month = choice("age-month", t("age.month"), Array.from({ length: MONTHS }, (_, n) => String(n + 1).padStart(2, "0")));
  const notice = h("p", { class: "field-error", role: "alert", hidden: true });
  const send = h("button", { class: "button primary", type: "submit", id: "age-send" }, t("age.send"));
  const later = h("button", { class: "button", type: "button", id: "age-later" }, t("age.later"));
  const form = h("form", { id: "age-form" }, h("h2", { id: "age-title", tabindex: "-1" }, t("age.title")), h("p", {}, t("age.text")), h("div", { class: "inline" }, year, month), notice, h("div", { class: "buttons" }, send, later));
  const dialog = h("dialog", { class: "dialog", id: "age", "aria-labelledby": "age-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let isTold = false;
    later.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isTold);
    });
    form.addEventListener("submit", async (submitted) => {
      submitted.preventDefault();
      send.disabled = true;
      try {
        await ask("/v1/me/age", { method: "POST", body: { born: `${year.value}-${month.value}` } });
        isTold = true;
        dialog.close();
      } catch (error) {
        tell(notice, explain(error));
        send.disabled = false;
      }
    });
  });
}

/** @param {string} id @param {string} name @param {string[]} values */
const choice = (id, name, values) => h("select", { class: "input", id, required: true, "aria-label": name }, h("option", { value: "" }, name), values.map((value) => h("option", { value }, value)));
