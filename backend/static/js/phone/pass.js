// A citizen's pass: a rotating code for staff to scan, fetched when the citizen first opens it.
import { byId, tell } from "../shared/dom.js";
import { qrPicture } from "../shared/qr.js";
import { CodeBuffer } from "../shared/code_buffer.js";
import { showRefusal } from "../shared/result.js";
import { t } from "../shared/i18n.js";

const REFILL_MS = 120_000;
const TICK_MS = 250;

/** Offer the pass of an event; nothing is asked before the citizen opens it. */
export function offerPass(/** @type {Session} */ session, /** @type {string} */ slug) {
  const panel = byId("pass-panel");
  panel.hidden = false;
  /** @type {CodeBuffer<any> | null} */
  let buffer = null;
  /** @type {string | null} */
  let shown = null;
  const tick = () => {
    if (!panel.open || buffer === null) return;
    const current = buffer.current;
    if (current !== null && shown !== current.code) {
      const picture = qrPicture(current.code, t("pass.qr"));
      picture.dataset.code = current.code;
      byId("pass-qr").replaceChildren(picture);
    }
    if (current === null) byId("pass-qr").replaceChildren();
    shown = current?.code ?? null;
    tell(byId("pass-left"), current ? t("pass.left", { seconds: Math.ceil(current.leftMs / 1000) }) : t(buffer.isLost ? "pass.over" : "pass.wait"));
  };
  panel.addEventListener("toggle", () => {
    if (!panel.open || buffer !== null) return tick();
    const onRefused = (/** @type {any} */ error) => {
      buffer?.stop();
      buffer = null;
      panel.open = false;
      showRefusal(error);
    };
    buffer = new CodeBuffer(() => session.ask(`/v1/me/pass?event=${encodeURIComponent(slug)}`), { everyMs: REFILL_MS, onFetched: tick, onRefused });
    buffer.start();
    setInterval(tick, TICK_MS);
    tick();
  });
}
