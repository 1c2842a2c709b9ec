// Uploading scans that were made offline, each with the token of the device that made it. A device that was revoked
// meanwhile may upload for 24 hours: its token is kept for that and for nothing else.
import { Refused, ask } from "../shared/api.js";
import { TAB, forget, keep, recall } from "../shared/web_storage.js";
import * as queue from "./queue.js";

const KEPT = "scanner.ended";
const HANDED = "scanner.handed";
const SCANS_MAX = 5000;

/** What is being uploaded, by the device. @type {Map<string, ReturnType<typeof inFiles>>} */
const handingIn = new Map();

/** Upload all that `device` queued; {kept, conflicts, isRevoked, inside}. Raises what `ask` raises, and loses nothing. */
export function handIn(/** @type {Pick<Device, "device_id" | "token">} */ device) {
  const id = device.device_id;
  // Two at one moment would send the same scans: the second waits for what the first is doing.
  const known = handingIn.get(id) ?? inFiles(device).finally(() => handingIn.delete(id));
  handingIn.set(id, known);
  return known;
}

async function inFiles(/** @type {Pick<Device, "device_id" | "token">} */ device) {
  const sum = { kept: 0, conflicts: 0, isRevoked: false, inside: 0 };
  for (;;) {
    const scans = (await queue.of(device.device_id)).slice(0, SCANS_MAX);
    if (scans.length === 0) return sum;
    const body = { device_now: new Date().toISOString(), scans: scans.map(({ known, device_id, ...each }) => /** @type {any} */ (each)) };
    const answer = await ask("/v1/device-syncs", { method: "POST", body, token: device.token });
    // Before they are gone: a page that is opened anew in this moment still says how many there were.
    if (answer.is_device_revoked) keep(HANDED, handedIn() + scans.length, TAB);
    // Every item has its answer, so none of them needs to be sent again.
    await queue.remove(scans.map((each) => each.id));
    sum.kept += scans.length;
    sum.conflicts += answer.conflicts;
    sum.isRevoked ||= answer.is_device_revoked;
    sum.inside = answer.inside_count;
  }
}

/** Scans of revoked devices that were uploaded here, until another device is onboarded. */
export const handedIn = () => recall(HANDED, TAB) ?? 0;
export const forgetHandedIn = () => forget(HANDED, TAB);

/** @typedef {Pick<Device, "device_id" | "token"> & {isLate: boolean}} Ended */

/** @returns {Ended[]} */
const ended = () => recall(KEPT) ?? [];

function keepEnded(/** @type {Ended[]} */ devices) {
  if (devices.length) keep(KEPT, devices);
  else forget(KEPT);
}

/** A device scans no more; what it queued is still to be uploaded. */
export function end(/** @type {Pick<Device, "device_id" | "token">} */ { device_id, token }) {
  keepEnded([...ended().filter((each) => each.device_id !== device_id), { device_id, token, isLate: false }]);
}

/** Upload what ended devices left here; whether some still wait. Scans whose token is refused stay, for a file. */
export async function handInEnded() {
  for (const device of ended()) {
    if (device.isLate) continue;
    const others = () => ended().filter((each) => each.device_id !== device.device_id);
    try {
      await handIn(device);
      keepEnded(others());
    } catch (error) {
      if (error instanceof Refused && error.status === 401) keepEnded([...others(), { ...device, isLate: true }]);
    }
  }
  return ended().some((device) => !device.isLate);
}

/** Scans that the server does not take any more: their device was revoked more than 24 hours ago. */
export async function late() {
  const found = await Promise.all(ended().map((device) => (device.isLate ? queue.of(device.device_id) : [])));
  return found.flat();
}

/** Drop scans that were saved as a file. */
export async function dropLate(/** @type {QueuedScan[]} */ scans) {
  await queue.remove(scans.map((each) => each.id));
  keepEnded(ended().filter((device) => !device.isLate));
}
