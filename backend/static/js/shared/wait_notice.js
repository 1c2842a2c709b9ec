// The notice of a wait: why the page waits, how long, and buttons to try now or to stop.
import { all, first, h, icon, tell } from "./dom.js";
import { t } from "./i18n.js";

/** A wait in a line of text. @param {HTMLElement} line @returns {OnWait} */
export const waitIn = (line) => (wait) => tell(line, wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : "");

/** `wait` as patiently() gives it; null hides the panel. @param {HTMLElement} panel @param {Wait | null} wait */
export function showWait(panel, wait) {
  panel.hidden = wait === null;
  if (wait === null) {
    panel.replaceChildren();
    return;
  }
  const text = t(`wait.${wait.reason}`, { seconds: wait.seconds });
  panel.dataset.reason = wait.reason;
  if (panel.firstChild) {
    first("strong", panel).textContent = text;
    const [now, stop] = all("button", panel);
    now.onclick = wait.now;
    stop.onclick = wait.stop;
    return;
  }
  const now = h("button", { class: "button tiny", type: "button" }, t("retry.now"));
  const stop = h("button", { class: "button tiny", type: "button" }, t("retry.stop"));
  now.onclick = wait.now;
  stop.onclick = wait.stop;
  panel.replaceChildren(h("p", {}, icon(wait.reason === "offline" ? "offline" : "wait"), " ", h("strong", {}, text)), h("p", {}, t("wait.safe")), h("div", { class: "buttons" }, now, stop));
}
