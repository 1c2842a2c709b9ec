// "Scan a badge": a camera in a dialog, and a field for who has none. What it reads opens as the code's own page.
import { h, icon, tell } from "./dom.js";
import { t } from "./i18n.js";

/** A button that opens it. @param {"scan.button" | "scan.button.other"} key */
export function scanButton(key = "scan.button") {
  return h("button", { class: "button", type: "button", "data-scan": true, onclick: openScan }, icon("camera"), h("span", {}, t(key)));
}

/** Open the page of a code that the camera reads, or that is typed. */
export async function openScan() {
  const video = h("video", { class: "scan-video", playsinline: true, muted: true, hidden: true });
  const state = h("p", { class: "note", id: "scan-state", role: "status" }, t("scan.starting"));
  const field = h("input", { class: "input", id: "scan-code", autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false", enterkeyhint: "go", maxlength: 1024, required: true });
  const form = h("form", { class: "inline-form", id: "scan-form" }, h("label", { for: "scan-code" }, t("scan.type")), h("div", { class: "inline" }, field, h("button", { class: "button", type: "submit" }, t("scan.type.go"))));
  const close = h("button", { class: "sheet-close", type: "button", "aria-label": t("scan.stop") }, icon("close"));
  const dialog = h("dialog", { class: "dialog sheet", id: "scan", "aria-labelledby": "scan-title" }, close, h("h2", { id: "scan-title", tabindex: "-1" }, t("scan.title")), video, state, form);
  close.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  // A camera's reader, and tables of keyboards: phones that never scan here do not fetch them.
  const reading = import("./scanned_text.js");
  const camera = import("./code_reader.js");
  /** @param {string} text */
  const take = async (text) => {
    const [code] = (await reading).readScanned(text).codes;
    if (!code) return tell(state, t("scan.none"));
    dialog.close();
    location.assign(`/q/${code}`);
  };
  let stop = () => {};
  dialog.addEventListener("close", () => {
    stop();
    dialog.remove();
  });
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    take(field.value);
  });
  try {
    stop = await (await camera).watchCamera(video, take);
    video.hidden = false;
    tell(state, t("scan.looking"));
    if (!dialog.open) stop();
  } catch (error) {
    tell(state, t(error.why === "refused" ? "scan.refused" : "scan.no.camera"));
    field.focus();
  }
}
