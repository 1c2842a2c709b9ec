// Badges that no hand scanner reads: staff look them up, or hold them before the camera.
import { byId, first, h, tell } from "../shared/dom.js";
import { clearAnswer } from "./panel.js";
import { watchCamera } from "./sound_and_camera.js";
import { t } from "../shared/i18n.js";

const QUERY_CHARS_MAX = 40;
const CODE = /^(https?:\/\/\S+|[BVTSWP]\w{6}\.\S+)$/;

/** `ask(query)` gives badges; `failed(error)` gives the badges known offline, by serial, or null where the server answered. @param {{ask: (query: string) => Promise<{items: any[]}>, failed: (error: any) => Promise<Map<number, unknown> | null>, scan: (scanned: Scanned) => unknown}} ways */
export function startSearch({ ask, failed, scan }) {
  byId("manual-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const text = byId("query").value.trim();
    byId("found").replaceChildren();
    // A hand scanner that typed into this field meant to scan.
    if (CODE.test(text)) {
      byId("query").value = "";
      byId("query").blur();
      scan({ code: text });
      return;
    }
    clearAnswer(t("scanner.ready"));
    try {
      showFound((await ask(text.slice(0, QUERY_CHARS_MAX))).items, scan);
    } catch (error) {
      const known = await failed(error);
      if (known === null) return;
      const serial = Number(text);
      if (known.has(serial)) await scan({ serial });
      else byId("found").replaceChildren(h("li", {}, t("scanner.manual.offline")));
    }
  });
}

function showFound(/** @type {any[]} */ badges, /** @type {(scanned: Scanned) => unknown} */ scan) {
  const rows = badges.map((badge) => {
    const text = [t("scanner.badge", { serial: badge.serial }), badge.label, badge.holder_ref].filter(Boolean).join(" · ");
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
    stop = await watchCamera(byId("video"), (/** @type {string} */ text) => scan({ code: text }));
    tell(byId("camera-note"), stop ? "" : t("scanner.camera.none"));
    showCamera();
  });
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
