// Handing in what was scanned offline, each scan by the token of the device that made it. A device that was revoked
// meanwhile may do so for 24 hours: its token is kept for that and for nothing else.
import { Refused, ask } from "../shared/api.js";
import { forget, keep, recall } from "../shared/web_storage.js";
import * as queue from "./queue.js";

const KEPT = "scanner.ended";
const HANDED = "scanner.handed";
const TAB = { isLasting: false };
const SCANS_MAX = 5000;

const handingIn = new Map();

/** Hand in all that `device` queued; {kept, conflicts, isRevoked, inside}. Raises what `ask` says, and loses nothing. */
export function handIn(device) {
  const id = device.device_id;
  // Two at one moment would send the same scans: the second waits for what the first is doing.
  if (!handingIn.has(id)) handingIn.set(id, inFiles(device).finally(() => handingIn.delete(id)));
  return handingIn.get(id);
}

async function inFiles(device) {
  const told = { kept: 0, conflicts: 0, isRevoked: false, inside: null };
  for (;;) {
    const scans = (await queue.of(device.device_id)).slice(0, SCANS_MAX);
    if (scans.length === 0) return told;
    const body = { device_now: new Date().toISOString(), scans: scans.map(({ known, device_id, ...each }) => each) };
    const answer = await ask("/v1/device-syncs", { method: "POST", body, token: device.token });
    // Before they are gone: a page that is opened anew in this moment still says how many there were.
    if (answer.is_device_revoked) keep(HANDED, handedIn() + scans.length, TAB);
    // Every item has its answer, so none of them needs to be sent again.
    await queue.remove(scans.map((each) => each.id));
    told.kept += scans.length;
    told.conflicts += answer.conflicts;
    told.isRevoked ||= answer.is_device_revoked;
    told.inside = answer.inside_count;
  }
}

/** Scans of revoked devices that were handed in here, until another device is let in. */
export const handedIn = () => recall(HANDED, TAB) ?? 0;
export const forgetHandedIn = () => forget(HANDED, TAB);

const ended = () => recall(KEPT) ?? [];

function keepEnded(devices) {
  if (devices.length) keep(KEPT, devices);
  else forget(KEPT);
}

/** This device scans no more; what it queued is still to be handed in. */
export function end({ device_id, token }) {
  keepEnded([...ended().filter((each) => each.device_id !== device_id), { device_id, token, isLate: false }]);
}

/** Hand in what ended devices left here; whether some still wait. Those whose token is refused stay, for a file. */
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

/** Scans that nobody takes any more: their device was revoked more than 24 hours ago. */
export async function late() {
  const found = await Promise.all(ended().map((device) => (device.isLate ? queue.of(device.device_id) : [])));
  return found.flat();
}

/** They were saved elsewhere. */
export async function dropLate(scans) {
  await queue.remove(scans.map((each) => each.id));
  keepEnded(ended().filter((device) => !device.isLate));
}
