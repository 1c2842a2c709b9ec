// A citizen's own pass: a code that rotates, for staff to scan, fetched when it is first looked at.
import { byId, tell } from "../shared/dom.js";
import { qrPicture } from "../shared/qr.js";
import { Reserve } from "../shared/code_buffer.js";
import { showRefusal } from "../shared/result.js";
import { t } from "../shared/i18n.js";

const REFILL_MS = 120_000;
const TICK_MS = 250;

/** Offer the pass of an event; nothing is asked before somebody opens it. */
export function offerPass(session, slug) {
  const panel = byId("pass-panel");
  panel.hidden = false;
  let reserve = null;
  let shown = null;
  const tick = () => {
    if (!panel.open || reserve === null) return;
    const current = reserve.current;
    if (current !== null && shown !== current.code) {
      const picture = qrPicture(current.code, t("pass.qr"));
      picture.dataset.code = current.code;
      byId("pass-qr").replaceChildren(picture);
    }
    if (current === null) byId("pass-qr").replaceChildren();
    shown = current?.code ?? null;
    tell(byId("pass-left"), current ? t("pass.left", { seconds: Math.ceil(current.leftMs / 1000) }) : t(reserve.isLost ? "pass.over" : "pass.wait"));
  };
  panel.addEventListener("toggle", () => {
    if (!panel.open || reserve !== null) return tick();
    const onRefused = (error) => {
      reserve.stop();
      reserve = null;
      panel.open = false;
      showRefusal(error);
    };
    reserve = new Reserve(() => session.ask(`/v1/me/pass?event=${encodeURIComponent(slug)}`), { everyMs: REFILL_MS, onFetched: tick, onRefused });
    reserve.start();
    setInterval(tick, TICK_MS);
    tick();
  });
}
