// Forms and buttons that ask the server for something: the button waits for the answer, and a refusal stands beneath it.
import { h, tell, first } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { explain, explainOnce } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { waitIn } from "../shared/wait_notice.js";
import { t } from "../shared/i18n.js";

/**
 * Where a form says how it went, and what was refused; the same line may say both.
 * @typedef {{said: HTMLElement, refused: HTMLElement}} Lines
 * @typedef {{isRepeatable?: boolean, explanation?: (error: any) => string}} Sending
 */

/**
 * `perform()` returns the sentence that says how it went. `isRepeatable`: a request that counts once however often it is
 * sent is repeated while nobody answers; any other waits for the person.
 * @param {Desk} desk @param {HTMLFormElement} form @param {() => Promise<string | void>} perform @param {Sending & {lines?: Lines}} options
 */
export function onSend(desk, form, perform, { lines = linesIn(form), ...sending } = {}) {
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    press(desk, /** @type {HTMLButtonElement} */ (submitted.submitter) ?? first('[type="submit"]', form), lines, perform, sending);
  });
  return lines;
}

/** The same for a button that stands alone. @param {Desk} desk @param {HTMLButtonElement} button @param {Lines} lines @param {() => Promise<string | void>} perform @param {Sending} sending */
export async function press(desk, button, lines, perform, { isRepeatable = false, explanation = isRepeatable ? explain : explainOnce } = {}) {
  if (button.disabled) return;
  button.disabled = true;
  tell(lines.refused, "");
  tell(lines.said, "");
  try {
    tell(lines.said, (await (isRepeatable ? patiently(perform, { onWait: waitIn(lines.said) }) : perform())) ?? "");
  } catch (error) {
    if (!desk.isSignedOut(error)) tell(lines.refused, explanation(error));
  } finally {
    button.disabled = false;
  }
}

/** A button that fetches a file of the event and saves it. @param {Desk} desk @param {HTMLButtonElement} button @param {Lines} lines @param {() => {path: string, type: string, name: string}} file */
export function onDownload(desk, button, lines, file) {
  button.addEventListener("click", () => {
    const { path, type, name } = file();
    const label = first("span", button);
    const { textContent } = label;
    const fetching = async () => save(await fetchFile(desk.session, desk.path(path), type), name);
    label.textContent = t("organiser.making");
    press(desk, button, lines, fetching, { isRepeatable: true }).finally(() => (label.textContent = textContent));
  });
}

/** New lines at the end of an element. @param {HTMLElement} element @returns {Lines} */
export function linesIn(element) {
  const said = h("p", { class: "note said", role: "status", hidden: true });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  element.append(said, refused);
  return { said, refused };
}

/** A line of the page that says both. @param {HTMLElement} line @returns {Lines} */
export const lineOf = (line) => ({ said: line, refused: line });

/** Empty a form's lines: another event is in view. @param {HTMLElement} form */
export function clearLines(form) {
  for (const line of form.querySelectorAll(".said, .field-error")) tell(/** @type {HTMLElement} */ (line), "");
}

/** Whether an element shows another event than the one in view, which it is to show from now on. @param {HTMLElement} element @param {Desk} desk */
export function isOthers(element, desk) {
  const isOther = element.dataset.event !== desk.event.slug;
  element.dataset.event = desk.event.slug;
  return isOther;
}
