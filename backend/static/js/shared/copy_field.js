// A link in a field, with a button that copies it.
import { h } from "./dom.js";
import { t } from "./i18n.js";

/** @param {string} url */
export function copyField(url) {
  const field = h("input", { class: "input small", id: "screen-url", readonly: true, value: url, "aria-label": t("screen.made") });
  const copy = h("button", { class: "button tiny", type: "button" }, t("screen.copy"));
  copy.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard?.writeText(url).catch(() => {});
    copy.textContent = t("screen.copied");
  });
  return [field, copy];
}
