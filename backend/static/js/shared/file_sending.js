// Staff send a table file: its progress, how it was read, or the list of its mistakes.
import { h } from "./dom.js";
import { errorList, errorsOf, totalOf } from "./file_errors.js";
import { either, t } from "./i18n.js";
import { explain } from "./refusal.js";
import { upload } from "./upload.js";

/**
 * Send a file and show beneath the form how that went; answers whether it was taken.
 * @param {Session} session @param {string} path @param {File} file @param {HTMLElement} told
 * @param {{sentence: (answer: any) => string, family: string, isSignedOut: (error: any) => boolean}} options the sentence about what was done; the import whose columns it has
 */
export async function sendTable(session, path, file, told, { sentence, family, isSignedOut }) {
  const bar = h("progress", { max: 1, value: 0, "aria-label": t("organiser.sending") });
  show(told, h("p", { class: "note" }, t("organiser.sending")), bar);
  try {
    const answer = await upload(session, path, file, (share) => (bar.value = share), "text/csv");
    const notes = (answer.file?.notes ?? []).map((/** @type {any} */ note) => h("p", { class: "field-error" }, either(note)));
    show(told, h("p", { class: "notice calm small" }, sentence(answer)), answer.file ? h("p", { class: "note" }, either(answer.file.text)) : "", ...notes);
    return true;
  } catch (error) {
    told.hidden = true;
    if (isSignedOut(error)) return false;
    const errors = errorsOf(error);
    show(told, h("p", { class: "field-error" }, explain(error)), errors.length ? errorList(errors, totalOf(error, errors), family) : "");
    return false;
  }
}

function show(/** @type {HTMLElement} */ told, /** @type {(HTMLElement | "")[]} */ ...elements) {
  told.hidden = false;
  told.replaceChildren(...elements);
}
