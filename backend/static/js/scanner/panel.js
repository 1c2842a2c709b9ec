// What a scanner shows: the answer, seen from an arm's length; who is inside; which directions a gate takes.
import { byId, h, tell } from "../shared/dom.js";
import { sound } from "./sound_and_camera.js";
import { count, either, t } from "../shared/i18n.js";

export function showPlace(device) {
  byId("event-name").textContent = either(device.event.name);
  byId("gate").replaceChildren(...device.gates.map((gate) => h("option", { value: gate.gate }, `${gate.gate} · ${either(gate.name)}`)));
  showDirections(device);
}

/** A gate that takes one direction leaves nothing to choose. */
export function showDirections(device) {
  const rules = device.gates.find((gate) => gate.gate === Number(byId("gate").value));
  for (const choice of document.querySelectorAll('[name="direction"]')) {
    choice.disabled = !["both", choice.value].includes(rules?.direction ?? "both");
    if (choice.value === rules?.direction) choice.checked = true;
  }
}

export function showInside(number) {
  byId("inside").textContent = count(number);
}

/** Nobody's answer: what was said to the last person must not stand for the next. */
export function clearAnswer(text) {
  byId("answer").dataset.result = "none";
  delete byId("answer").dataset.code;
  tell(byId("sentence"), text);
  byId("badge").textContent = "";
  byId("annul").hidden = true;
}

export function showAnswer(answer) {
  const { badge } = answer;
  byId("answer").dataset.result = answer.result;
  byId("answer").dataset.code = answer.code;
  tell(byId("sentence"), either(answer.sentence));
  const told = badge ? [t("scanner.badge", { serial: badge.serial }), badge.label].filter(Boolean).join(" · ") : "";
  byId("badge").textContent = answer.is_simulated ? `${told} ${t("scanner.simulated")}` : told;
  showInside(answer.inside_count);
  byId("annul").hidden = answer.result !== "ok" || answer.is_simulated;
  sound(answer.result === "ok");
}
