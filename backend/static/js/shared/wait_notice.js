// What is shown while a busy server or a lost network is waited out: why, how long, and two buttons.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** `wait` as patiently() tells it; null hides the panel. */
export function showWait(panel, wait) {
  panel.hidden = wait === null;
  if (wait === null) {
    panel.replaceChildren();
    return;
  }
  const text = t(`wait.${wait.reason}`, { seconds: wait.seconds });
  panel.dataset.reason = wait.reason;
  if (panel.firstChild) {
    panel.querySelector("strong").textContent = text;
    panel.querySelectorAll("button")[0].onclick = wait.now;
    panel.querySelectorAll("button")[1].onclick = wait.stop;
    return;
  }
  const now = h("button", { class: "button tiny", type: "button" }, t("retry.now"));
  const stop = h("button", { class: "button tiny", type: "button" }, t("retry.stop"));
  now.onclick = wait.now;
  stop.onclick = wait.stop;
  panel.replaceChildren(h("p", {}, icon(wait.reason === "offline" ? "offline" : "wait"), " ", h("strong", {}, text)), h("p", {}, t("wait.safe")), h("div", { class: "buttons" }, now, stop));
}
