// A merchant's till: vouchers are taken once, by camera, by a hand scanner or by hand.
import { Refused, ask, newKey } from "../shared/api.js";
import { NoCamera, watchCamera } from "../shared/code_reader.js";
import { byId, first, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { decoded, typedCode } from "../shared/typed_text.js";
import { forget, keep, recall } from "../shared/web_storage.js";
import { showWait } from "../shared/wait_notice.js";
import { either, momentOf, t } from "../shared/i18n.js";

const KEPT = "till";
const SAME_CODE_MS = 4000;
const LOST = ["device_token_invalid", "not_signed_in"];

/** @type {string | null} */
let token = recall(KEPT);
let last = { code: "", at: 0 };
let isBusy = false;
/** @type {(() => void) | null} */
let stop = null;

/** @param {string} why */
function askToken(why) {
  stopCamera();
  byId("till").hidden = true;
  byId("till-enter").hidden = false;
  tell(byId("till-refused"), why);
  byId("till-token").focus();
}

/** @param {string} text */
function enter(text) {
  token = typedCode(text);
  keep(KEPT, token);
  open();
}

function open() {
  byId("till-enter").hidden = true;
  byId("till").hidden = false;
  byId("till-code").focus();
}

/** Take a voucher. A lost answer is asked for again under the same key, so that it is not refused as used. @param {string} text */
async function take(text) {
  const code = typedCode(text);
  // A camera sees the same voucher many times a second.
  if (isBusy || !code || !token || (code === last.code && Date.now() - last.at < SAME_CODE_MS)) return;
  isBusy = true;
  byId("till-go").disabled = true;
  answer("none", t("till.asking"), code);
  const key = newKey();
  const mine = token;
  try {
    const used = await patiently(() => ask("/v1/vouchers/verify", { method: "POST", body: { code }, token: mine, key }), { onWait: (wait) => showWait(byId("till-waiting"), wait) });
    answer("ok", t("till.taken"), `${either(used.reward.name)} · ${momentOf(used.used_at)}`);
    byId("till-code").value = "";
  } catch (error) {
    if (error instanceof Refused && LOST.includes(error.code)) {
      token = null;
      forget(KEPT);
      answer("none", t("till.ready"), "");
      return askToken(explain(error));
    }
    answer("refused", error.title || t("till.stopped"), error.detail || "");
    byId("till-code").select();
  } finally {
    last = { code, at: Date.now() };
    isBusy = false;
    byId("till-go").disabled = false;
  }
}

/** @param {"ok" | "refused" | "none"} result @param {string} sentence @param {string} more */
function answer(result, sentence, more) {
  byId("till-answer").dataset.result = result;
  byId("till-sentence").textContent = sentence;
  byId("till-told").textContent = more;
}

function stopCamera() {
  stop?.();
  stop = null;
  showCamera();
}

function showCamera() {
  byId("till-video").hidden = stop === null;
  first("span", byId("till-camera")).textContent = t(stop ? "scanner.camera.stop" : "scanner.camera");
}

byId("till-camera").addEventListener("click", async () => {
  if (stop) return stopCamera();
  tell(byId("till-camera-note"), t("scanner.camera.starting"));
  try {
    stop = await watchCamera(byId("till-video"), take);
    tell(byId("till-camera-note"), "");
  } catch (error) {
    if (!(error instanceof NoCamera)) throw error;
    tell(byId("till-camera-note"), t(`till.camera.${error.why}`));
  }
  showCamera();
});
byId("till-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  // Pressed again by hand it is meant.
  last = { code: "", at: 0 };
  take(byId("till-code").value);
});
byId("till-enter").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  enter(byId("till-token").value);
});
byId("till-leave").addEventListener("click", () => {
  token = null;
  forget(KEPT);
  askToken("");
});

const brought = decoded(location.hash.slice(1));
// The token opens the till: it must not stay in the address, nor in the browser's history.
if (brought) history.replaceState(null, "", location.pathname + location.search);
if (brought) enter(brought);
else if (token) open();
else askToken("");
