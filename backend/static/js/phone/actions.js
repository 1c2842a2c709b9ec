// Logging a low-carbon action at the event. One press is one intent with one key, so a repeat is never a second action.
import { deviceName } from "../shared/device.js";
import { ask, newKey } from "../shared/api.js";
import { byId, first, h, icon, tell } from "../shared/dom.js";
import { Stopped, patiently } from "../shared/retry.js";
import { advice, count, either, mass, plain, t, word } from "../shared/i18n.js";

/** @type {Record<string, string>} */
export const ICONS = { metro: "metro", bus: "bus", own_cup: "cup", clean_plate: "plate", own_bag: "bag", no_cutlery: "cutlery", linen_skip: "bed", bike_share: "bike", paperless_meeting: "materials", walk_steps: "travel_local", bike_own: "bike", ebike_share: "bike", brt: "bus", power_saving: "venue_energy", recyclables: "waste", clothes_recycle: "materials", plant_meal: "meals", own_chopsticks: "cutlery", green_hotel_night: "lodging", tree_planting: "leaf", wetland_repair: "leaf", e_invoice: "materials" };
const QUANTITY_DEFAULT = "2";
const STEPS_DEFAULT = "2000";

export class Actions {
  /** Without a scene's code an action rests on one's own word. `onLogged(answer)` is called for each action that was logged. @param {Session} session @param {string | undefined} sceneCode @param {(answer: Schema<"ActionAnswer">) => unknown} onLogged */
  constructor(session, sceneCode, onLogged = () => {}) {
    this.session = session;
    this.sceneCode = sceneCode;
    this.onLogged = onLogged;
    this.isShown = false;
  }

  /** Tiles for the methods that `fits`; for those that an event's code proves when nothing else is said. */
  async show(fits = (/** @type {ItemOf<"/v1/methods">} */ method) => method.is_at_events) {
    if (this.isShown) return this.#showAllowances();
    this.isShown = true;
    const { items } = await patiently(() => ask("/v1/methods"));
    const methods = items.filter(fits);
    byId("action-tiles").replaceChildren(...methods.map((method) => this.#tile(method)));
    byId("actions-panel").hidden = methods.length === 0;
    await this.#showAllowances();
  }

  /** What rests on one's own word has a day's limits: the server says which tiles bring nothing any more. */
  async #showAllowances() {
    if (this.sceneCode !== undefined) return;
    // Without an answer the tiles stay as they are, and the answer to a press says what it brought.
    const told = await this.session.ask("/v1/me/allowances").catch(() => null);
    if (told === null) return;
    tell(byId("actions-left"), t("actions.left", { left: count(told.self_checkins_left), max: count(told.self_checkins_max) }));
    for (const { method, is_used_up, capped_by } of told.items) {
      const button = first(`[data-method="${method}"]`, byId("action-tiles"));
      if (!button) continue;
      button.dataset.usedUp = String(is_used_up);
      const note = first("small", button);
      tell(note, is_used_up ? t("actions.used.up", { cap: word("cap", String(capped_by)) }) : "");
    }
  }

  #tile(/** @type {ItemOf<"/v1/methods">} */ method) {
    const name = either(method.name);
    const unit = either(method.unit_name);
    const field = method.needs_quantity
      ? h("input", { class: "input", type: "number", inputmode: "decimal", min: method.unit === "step" ? "1" : "0.1", step: method.unit === "step" ? "1" : "0.1", value: method.unit === "step" ? STEPS_DEFAULT : QUANTITY_DEFAULT, "aria-label": t("actions.quantity", { name, unit }) })
      : null;
    const button = h("button", { class: "button", type: "button", "data-method": method.code }, icon(ICONS[method.code] ?? "leaf"), h("span", {}, name), h("small", { hidden: true }));
    button.addEventListener("click", () => this.#log(method, field, button));
    return h("li", { class: "tile" }, button, field ? h("span", { class: "tile-quantity" }, field, unit) : null);
  }

  async #log(/** @type {ItemOf<"/v1/methods">} */ method, /** @type {HTMLInputElement | null} */ field, /** @type {HTMLButtonElement} */ button) {
    const body = { method: method.code, scene_code: this.sceneCode, quantity: field ? Number(field.value) : undefined };
    const key = newKey();
    button.disabled = true;
    byId("action-log").prepend(h("p", { class: "note", id: "action-busy" }, t("actions.busy")));
    const onWait = (/** @type {Wait | null} */ wait) => {
      byId("action-busy").textContent = wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : t("actions.busy");
    };
    let entry;
    try {
      const answer = await patiently(() => this.session.ask("/v1/actions", { method: "POST", body, key, device: deviceName() }), { onWait });
      entry = this.#done(method, answer);
      const balance = byId("balance");
      if (balance) balance.textContent = count(answer.balance);
      this.onLogged(answer);
    } catch (error) {
      // Somebody closed the sheet to sign in: nothing was asked, and nothing is told.
      entry = error instanceof Stopped ? "" : this.#refused(error);
    }
    byId("action-busy")?.remove();
    byId("action-log").prepend(entry);
    button.disabled = false;
  }

  #done(/** @type {ItemOf<"/v1/methods">} */ method, /** @type {Schema<"ActionAnswer">} */ answer) {
    const facts = { name: either(method.name), mass: mass(answer.reduction_g), points: count(answer.points) };
    return h(
      "div",
      { class: "log", "data-action": answer.method },
      h("strong", {}, answer.state === "pending" ? t("actions.pending", facts) : t("actions.done", facts)),
      ` · ${t("actions.balance", { balance: count(answer.balance) })}`,
      answer.capped_by ? h("p", {}, t("actions.capped", { cap: word("cap", answer.capped_by) })) : null,
      answer.explanation.length === 0
        ? null
        : h(
            "details",
            {},
            h("summary", {}, t("actions.how")),
            h("ul", {}, answer.explanation.map((line) => h("li", {}, `${either(line.name)}: ${plain(line.value)}${line.unit === "1" ? "" : ` ${line.unit}`} · `, h("a", { href: `/v1/factors/${encodeURIComponent(line.factor_id)}` }, h("code", {}, line.factor_id))))),
          ),
    );
  }

  #refused(/** @type {any} */ error) {
    if (error.code === undefined) return h("p", { class: "log bad" }, h("strong", {}, t("unreachable.title")), t("stop"), t("unreachable.detail"));
    const detail = error.detail && error.detail !== error.title ? `${t("stop")}${error.detail.replace(/[。.]$/, "")}` : "";
    return h("p", { class: "log bad", "data-code": error.code }, h("strong", {}, error.title), detail, t("stop"), advice(error.code, error.status));
  }
}
