// Staff let pass a badge that the gate refused: a button below the refusal, a reason that is kept, offline too.
import { typedWords } from "../shared/typed_text.js";
import { Refused } from "../shared/api.js";
import { byId, tell } from "../shared/dom.js";
import { TAB, keep, recall } from "../shared/web_storage.js";
import { beginScan, endScan } from "./panel.js";
import * as queue from "./queue.js";
import { t } from "../shared/i18n.js";

const BY = "scanner.override.by";
const ANSWER_MS_MAX = 4000;

/** The refused answer that may be overridden, with the scan that it answers. @type {any} */
let refused = null;

/** Offer to let pass what was refused, or take the offer away: the next person's answer is another. */
export function offerOverride(/** @type {any} */ answer) {
  refused = answer?.may_override ? answer : null;
  byId("override").hidden = refused === null;
  byId("override-form").hidden = true;
  tell(byId("override-refused"), "");
}

/** @typedef {import("./bundle_store.js").KeptBundle} KeptBundle */

/**
 * What this page's scanner does: `current()` is the device that scans here with its bundle.
 * @typedef {{current: () => {device: Device | null, bundle: KeptBundle}, call: (path: any, options: any, of: any) => Promise<any>, sync: (device: Device) => Promise<void>,
 *   keepScan: (device: Device, asked: any, code: string, known: number | null) => Promise<void>, setOnline: (now: boolean) => void, countQueue: () => Promise<unknown>,
 *   show: (answer: any, text: string | undefined) => void, failed: (error: any) => Promise<unknown>}} Ways
 */

async function letPass(/** @type {Ways} */ { current, call, sync }, /** @type {string} */ id, /** @type {any} */ body) {
  const { device, bundle } = current();
  // A scan that was refused offline must be there before it can be let pass.
  await sync(/** @type {Device} */ (device));
  const answer = await call(`/v1/device-scans/${id}/override`, { method: "POST", body, signal: AbortSignal.timeout(ANSWER_MS_MAX) }, device);
  if (answer.badge) bundle.note(answer.badge.serial, answer.direction);
  return answer;
}

async function letPassOffline(/** @type {Ways} */ { current, keepScan, setOnline, countQueue }, /** @type {any} */ mine, /** @type {any} */ { id, at_device, ...said }) {
  const { device, bundle } = current();
  setOnline(false);
  const { asked, badge, code } = mine;
  await keepScan(/** @type {Device} */ (device), { ...asked, id, at_device, override: { ...said, refused_scan: mine.id, refusal: code } }, "overridden", badge.serial);
  bundle.note(badge.serial, asked.direction);
  await countQueue();
  return { ...mine, id, result: "ok", code: "overridden", sentence: bundle.sentences.get("overridden"), inside_count: bundle.inside, may_override: false };
}

export function startOverride(/** @type {Ways} */ ways) {
  const form = byId("override-form");
  byId("override-by").value = recall(BY, TAB) ?? "";
  const open = () => {
    form.hidden = false;
    byId("override-reason").focus();
  };
  const close = () => {
    form.hidden = true;
    byId("wedge").focus();
  };
  byId("override").addEventListener("click", open);
  byId("override-cancel").addEventListener("click", close);
  byId("override-reason").addEventListener("change", () => (byId("override-note").required = byId("override-reason").value === "other"));
  // What is typed here is meant for here, and not for the field that waits for a hand scanner's letters.
  form.addEventListener("keydown", (/** @type {KeyboardEvent} */ pressed) => {
    pressed.stopPropagation();
    if (pressed.key === "Escape") close();
  });
  document.addEventListener("keydown", (pressed) => {
    if (!pressed.altKey || pressed.code !== "KeyO" || byId("override").hidden) return;
    pressed.preventDefault();
    open();
  });
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
    submitted.preventDefault();
    const mine = refused;
    if (mine === null) return;
    const made_by = typedWords(byId("override-by").value);
    keep(BY, made_by, TAB);
    const note = typedWords(byId("override-note").value) || null;
    mine.override ??= queue.newId();
    const body = { id: mine.override, reason: byId("override-reason").value, note, made_by, at_device: new Date().toISOString() };
    const showPassed = (/** @type {any} */ answer) => {
      // Another badge may have been read meanwhile.
      if (refused !== mine) return;
      beginScan(answer.id);
      endScan();
      ways.show(answer, undefined);
    };
    byId("override-send").disabled = true;
    tell(byId("override-refused"), "");
    try {
      showPassed(await letPass(ways, mine.id, body));
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) {
        tell(byId("override-refused"), `${error.title}${t("stop")}${error.detail}`);
        await ways.failed(error);
        return;
      }
      showPassed(await letPassOffline(ways, mine, body));
    } finally {
      byId("override-send").disabled = false;
    }
    byId("override-note").value = "";
    byId("wedge").focus();
  });
}
