// What a scanner shows: the answer, readable at arm's length; how many are inside; the directions that a gate takes.
import { all, byId, h, tell } from "../shared/dom.js";
import { hoursToday } from "./gate_hours.js";
import { offerOverride } from "./override.js";
import { sound } from "./sound.js";
import { count, either, t } from "../shared/i18n.js";

export function showDevice(/** @type {Device} */ device) {
  byId("event-name").textContent = either(device.event.name);
  byId("gate").replaceChildren(...device.gates.map((gate) => h("option", { value: gate.gate }, `${gate.gate} · ${either(gate.name)}`)));
  showDirections(device);
}

/** A gate that takes one direction leaves nothing to choose. */
export function showDirections(/** @type {Device} */ device, /** @type {import("./bundle.js").Bundle | null} */ bundle = null) {
  if (bundle?.isThere) showBundle(bundle);
  const rules = device.gates.find((gate) => gate.gate === Number(byId("gate").value));
  for (const choice of all('input[name="direction"]')) {
    choice.disabled = !["both", choice.value].includes(rules?.direction ?? "both");
    if (choice.value === rules?.direction) choice.checked = true;
  }
}

export function showInside(/** @type {number} */ number) {
  byId("inside").textContent = count(number);
}

/** Take the answer away: the last person's must not stand for the next. */
export function clearAnswer(/** @type {string} */ text) {
  byId("answer").dataset.result = "none";
  delete byId("answer").dataset.code;
  tell(byId("sentence"), text);
  byId("badge").textContent = "";
  byId("annul").hidden = true;
  offerOverride(null);
}

/** Who is inside, when this gate is open today, and when a badge may enter again, by what was last heard of them. */
export function showBundle(/** @type {import("./bundle.js").Bundle} */ bundle) {
  showInside(bundle.inside);
  const rules = bundle.gates.get(Number(byId("gate").value));
  const { hours, entry_policy } = bundle.event;
  const open = rules?.hours?.length ? rules.hours : (hours ?? []);
  tell(byId("gate-rules"), rules ? [hoursToday(open, Date.now()), t(`entry.${entry_policy ?? "once_per_event"}`)].join(" · ") : "");
}

/** The scans of a run: read so fast, one after another, that nobody saw each answer. */
const RUN_MS = 400;
let newest = "";
let readAt = 0;
let open = 0;
let run = { read: 0, ok: 0, refused: 0 };

/** A scan was read: the panel waits for its answer, and shows no earlier one any more. */
export function beginScan(/** @type {string} */ id) {
  if (open === 0 && Date.now() - readAt > RUN_MS) run = { read: 0, ok: 0, refused: 0 };
  readAt = Date.now();
  newest = id;
  open += 1;
  run.read += 1;
  clearAnswer(t("scanner.wait"));
  showRun();
}

/** Whatever became of it. */
export function endScan() {
  open -= 1;
}

export const isNewest = (/** @type {string} */ id) => id === newest;

function showRun() {
  tell(byId("run"), run.read > 1 ? t("scanner.run", { read: count(run.read), ok: count(run.ok), refused: count(run.refused) }) : "");
}

function countAnswer(/** @type {boolean} */ isGood) {
  run[isGood ? "ok" : "refused"] += 1;
  showRun();
}

/** Whether it is shown: another scan may have been read meanwhile, whose answer is the one that counts for whoever stands there. */
export function showAnswer(/** @type {any} */ answer) {
  const { badge } = answer;
  countAnswer(answer.result === "ok");
  showInside(answer.inside_count);
  if (!isNewest(answer.id)) {
    // Who is turned away in the middle of a run is heard all the same.
    if (answer.result !== "ok") sound(false);
    return false;
  }
  byId("answer").dataset.result = answer.result;
  byId("answer").dataset.code = answer.code;
  tell(byId("sentence"), either(answer.sentence));
  const text = badge ? [t("scanner.badge", { serial: badge.serial }), badge.label].filter(Boolean).join(" · ") : "";
  byId("badge").textContent = answer.is_simulated ? `${text} ${t("scanner.simulated")}` : text;
  byId("annul").hidden = answer.result !== "ok" || answer.is_simulated;
  offerOverride(answer);
  sound(answer.result === "ok");
  return true;
}

/** A scan that got no decision. */
export function showRefused(/** @type {string} */ id, /** @type {string} */ text) {
  countAnswer(false);
  if (isNewest(id)) tell(byId("sentence"), text);
}

/** What was typed was no scan: the panel says why, and what to do. */
export function showTrouble(/** @type {string} */ text) {
  newest = "";
  clearAnswer(text);
  sound(false);
}
