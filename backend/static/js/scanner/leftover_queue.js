// Scans of this page that the server does not have yet: how many, and those of devices that have ended.
import { byId, tell } from "../shared/dom.js";
import { save } from "../shared/files.js";
import { dropLate, forgetHandedIn, handInEnded, handedIn, late } from "./queue_upload.js";
import * as queue from "./queue.js";
import { count, t } from "../shared/i18n.js";

const RETRY_MS = 5000;

let isHandingIn = false;

export async function countQueue() {
  byId("queued").textContent = count(await queue.length());
}

/** Upload what ended devices left, until nothing waits. */
export async function handInRest() {
  if (isHandingIn) return;
  isHandingIn = true;
  for (;;) {
    const isWaiting = await handInEnded();
    showHandedIn(isWaiting);
    const scans = await late();
    byId("late").hidden = scans.length === 0;
    byId("late-told").textContent = t("scanner.late", { count: count(scans.length) });
    await countQueue();
    if (!isWaiting) break;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  isHandingIn = false;
}

function showHandedIn(/** @type {boolean} */ isWaiting) {
  const sentences = [handedIn() ? t("scanner.handed", { count: count(handedIn()) }) : "", isWaiting ? t("scanner.handed.waits") : ""];
  tell(byId("handed-in"), sentences.filter(Boolean).join(" "));
}

/** Another device is onboarded here: the notice about the last one's uploads goes, that about waiting scans stays. */
export function beginAnew() {
  forgetHandedIn();
  showHandedIn(isHandingIn);
}

/** The organiser gets as a file what the server does not take any more. */
export function offerLate() {
  byId("late-save").addEventListener("click", async () => {
    const scans = await late();
    save(new Blob([JSON.stringify(scans)], { type: "application/json" }), "scans.json");
    await dropLate(scans);
    byId("late").hidden = true;
    await countQueue();
  });
}
