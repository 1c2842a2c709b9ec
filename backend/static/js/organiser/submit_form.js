// A form that asks for something: its button waits for the answer, and a refusal stands beneath it with all that was typed.
import { h, tell } from "../shared/dom.js";
import { told, toldOnce } from "./refusal.js";
import { patiently } from "../shared/retry.js";
import { SignedOut } from "../shared/session.js";
import { t } from "../shared/i18n.js";

/**
 * `perform()` returns the sentence that tells how it went. `isRepeatable`: what may be asked twice and counts once is
 * asked again when nobody answers; everything else waits for the person.
 */
export function onSend(desk, form, perform, { isRepeatable = false } = {}) {
  const lines = linesIn(form);
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    press(desk, submitted.submitter ?? form.querySelector('[type="submit"]'), lines, perform, { isRepeatable });
  });
  return lines;
}

/** The same for a button that stands alone. */
export async function press(desk, button, lines, perform, { isRepeatable = false } = {}) {
  if (button.disabled) return;
  button.disabled = true;
  tell(lines.refused, "");
  tell(lines.said, "");
  const onWait = (wait) => tell(lines.said, wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : "");
  try {
    tell(lines.said, (await (isRepeatable ? patiently(perform, { onWait }) : perform())) ?? "");
  } catch (error) {
    if (error instanceof SignedOut) desk.guard(() => Promise.reject(error));
    else tell(lines.refused, isRepeatable ? told(error) : toldOnce(error));
  } finally {
    button.disabled = false;
  }
}

export function linesIn(place) {
  const said = h("p", { class: "note said", role: "status", hidden: true });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  place.append(said, refused);
  return { said, refused };
}

/** Whether what a place shows belongs to another event than the one in view, which it is from now on. */
export function isOthers(place, desk) {
  const isOther = place.dataset.event !== desk.event.slug;
  place.dataset.event = desk.event.slug;
  return isOther;
}
