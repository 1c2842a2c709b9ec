// What was scanned here and nobody has yet: how many, and what devices left that are no longer let in.
import { byId, h, tell } from "../shared/dom.js";
import { dropLate, forgetHandedIn, handInEnded, handedIn, late } from "./queue_upload.js";
import * as queue from "./queue.js";
import { count, t } from "../shared/i18n.js";

const RETRY_MS = 5000;
const SAVED_MS = 60_000;

let isHandingIn = false;

export async function countQueue() {
  byId("queued").textContent = count(await queue.length());
}

/** Hand in what ended devices left, until nothing waits. */
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

function showHandedIn(isWaiting) {
  const told = [handedIn() ? t("scanner.handed", { count: count(handedIn()) }) : "", isWaiting ? t("scanner.handed.waits") : ""];
  tell(byId("handed-in"), told.filter(Boolean).join(" "));
}

/** Another device is let in here: what was handed in for the last one has been read, what waits has not. */
export function beginAnew() {
  forgetHandedIn();
  showHandedIn(isHandingIn);
}

/** The organiser gets as a file what the server does not take any more. */
export function offerLate() {
  byId("late-save").addEventListener("click", async () => {
    const scans = await late();
    const link = h("a", { href: URL.createObjectURL(new Blob([JSON.stringify(scans)], { type: "application/json" })), download: "scans.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), SAVED_MS);
    await dropLate(scans);
    byId("late").hidden = true;
    await countQueue();
  });
}
