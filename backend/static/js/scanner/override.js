// Staff let pass a badge that the gate refused: a button below the refusal, a reason that is kept, offline too.
import { Refused } from "../shared/api.js";
import { byId, tell } from "../shared/dom.js";
import { TAB, keep, recall } from "../shared/web_storage.js";
import * as queue from "./queue.js";
import { t } from "../shared/i18n.js";

const BY = "scanner.override.by";

/** The refused answer that may be overridden, with the scan that it answers. @type {any} */
let refused = null;

/** Offer to let pass what was refused, or take the offer away: the next person's answer is another. */
export function offerOverride(/** @type {any} */ answer) {
  refused = answer?.may_override ? answer : null;
  byId("override").hidden = refused === null;
  byId("override-form").hidden = true;
  tell(byId("override-refused"), "");
}

/**
 * `send(id, body)` asks the server; `keepOffline(scan, said)` queues it where nobody answers; `done()` is called when the
 * form is closed. Both give the answer to show.
 * @param {{send: (id: string, body: any) => Promise<any>, keepOffline: (refused: any, body: any) => Promise<any>, show: (answer: any) => void, failed: (error: any) => Promise<unknown>, done: () => void}} ways
 */
export function startOverride({ send, keepOffline, show, failed, done }) {
  const form = byId("override-form");
  byId("override-by").value = recall(BY, TAB) ?? "";
  const open = () => {
    form.hidden = false;
    byId("override-reason").focus();
  };
  const close = () => {
    form.hidden = true;
    done();
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
    const made_by = byId("override-by").value.trim();
    keep(BY, made_by, TAB);
    const note = byId("override-note").value.trim() || null;
    mine.override ??= queue.newId();
    const body = { id: mine.override, reason: byId("override-reason").value, note, made_by, at_device: new Date().toISOString() };
    byId("override-send").disabled = true;
    tell(byId("override-refused"), "");
    try {
      const answer = await send(mine.id, body);
      if (refused === mine) show(answer);
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && error.status !== 429) {
        tell(byId("override-refused"), `${error.title}${t("stop")}${error.detail}`);
        await failed(error);
        return;
      }
      const answer = await keepOffline(mine, body);
      if (refused === mine) show(answer);
    } finally {
      byId("override-send").disabled = false;
    }
    byId("override-note").value = "";
    done();
  });
}
