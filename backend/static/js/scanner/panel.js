// What a scanner shows: the answer, readable at arm's length; how many are inside; the directions that a gate takes.
import { all, byId, h, tell } from "../shared/dom.js";
import { sound } from "./sound_and_camera.js";
import { count, either, t } from "../shared/i18n.js";

export function showDevice(/** @type {Device} */ device) {
  byId("event-name").textContent = either(device.event.name);
  byId("gate").replaceChildren(...device.gates.map((gate) => h("option", { value: gate.gate }, `${gate.gate} · ${either(gate.name)}`)));
  showDirections(device);
}

/** A gate that takes one direction leaves nothing to choose. */
export function showDirections(/** @type {Device} */ device) {
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
}

export function showAnswer(/** @type {any} */ answer) {
  const { badge } = answer;
  byId("answer").dataset.result = answer.result;
  byId("answer").dataset.code = answer.code;
  tell(byId("sentence"), either(answer.sentence));
  const text = badge ? [t("scanner.badge", { serial: badge.serial }), badge.label].filter(Boolean).join(" · ") : "";
  byId("badge").textContent = answer.is_simulated ? `${text} ${t("scanner.simulated")}` : text;
  showInside(answer.inside_count);
  byId("annul").hidden = answer.result !== "ok" || answer.is_simulated;
  sound(answer.result === "ok");
}
