// Badges that no hand scanner reads: staff look them up, or hold them before the camera.
import { byId, first, h, tell } from "../shared/dom.js";
import { clearAnswer } from "./panel.js";
import { NoCamera, keepReader, watchCamera } from "../shared/code_reader.js";
import { codesIn, readScanned } from "../shared/scanned_text.js";
import { typedDigits } from "../shared/typed_text.js";
import { t } from "../shared/i18n.js";

const QUERY_CHARS_MAX = 40;

/** `ask(query)` gives badges; `failed(error)` gives the badges known offline, by serial, or null where the server answered. @param {{ask: (query: string) => Promise<{items: any[]}>, failed: (error: any) => Promise<Map<number, unknown> | null>, scan: (scanned: Scanned) => unknown}} ways */
export function startSearch({ ask, failed, scan }) {
  const query = byId("query");
  // A hand scanner that typed into this field meant to scan: what holds a code is no name that somebody looks for.
  const isScanned = (/** @type {string} */ text) => codesIn(text).length > 0 || readScanned(text).trouble !== "malformed";
  query.addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Tab" || pressed.shiftKey || !isScanned(query.value)) return;
    pressed.preventDefault();
    byId("manual-form").requestSubmit();
  });
  byId("manual-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const text = query.value.trim();
    byId("found").replaceChildren();
    if (isScanned(text)) {
      query.value = "";
      byId("wedge").focus();
      const codes = codesIn(text);
      for (const code of codes.length > 1 ? codes : [text]) scan({ code });
      return;
    }
    clearAnswer(t("scanner.ready"));
    try {
      showFound((await ask(text.slice(0, QUERY_CHARS_MAX))).items, scan);
    } catch (error) {
      const known = await failed(error);
      if (known === null) return;
      const serial = Number(typedDigits(text));
      if (known.has(serial)) await scan({ serial });
      else byId("found").replaceChildren(h("li", {}, t("scanner.manual.offline")));
    }
  });
}

function showFound(/** @type {any[]} */ badges, /** @type {(scanned: Scanned) => unknown} */ scan) {
  const rows = badges.map((badge) => {
    const note = badge.replaced_by ? t("scanner.manual.replaced_by", { serial: badge.replaced_by }) : badge.found_by ? t("scanner.manual.replaces", { serial: badge.found_by }) : "";
    const text = [t("scanner.badge", { serial: badge.serial }), badge.label, badge.holder_ref, note].filter(Boolean).join(" · ");
    return h("li", {}, h("span", {}, text), h("button", { class: "button tiny", type: "button", onclick: () => scan({ serial: badge.serial }) }, t("scanner.pass")));
  });
  byId("found").replaceChildren(...(rows.length ? rows : [h("li", {}, t("scanner.manual.none"))]));
  // Out of the field: what a hand scanner types next is a badge.
  if (rows.length) first("button", byId("found")).focus();
  else byId("query").select();
}

/** @type {(() => void) | null} */
let stop = null;

export function startCamera(/** @type {(scanned: Scanned) => unknown} */ scan) {
  byId("camera").addEventListener("click", async () => {
    if (stop) {
      stopCamera();
      return;
    }
    tell(byId("camera-note"), t("scanner.camera.starting"));
    try {
      stop = await watchCamera(byId("video"), (/** @type {string} */ text) => scan({ code: text }));
      tell(byId("camera-note"), "");
    } catch (error) {
      if (!(error instanceof NoCamera)) throw error;
      tell(byId("camera-note"), t(`scanner.camera.${error.why}`));
    }
    showCamera();
  });
  // Without a line there is nothing to load a reader from. A camera that fails then says so.
  keepReader().catch(() => {});
}

export function stopCamera() {
  stop?.();
  stop = null;
  showCamera();
}

function showCamera() {
  byId("video").hidden = !stop;
  byId("camera").textContent = stop ? t("scanner.camera.stop") : t("scanner.camera");
}
