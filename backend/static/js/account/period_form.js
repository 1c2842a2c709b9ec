// What a person tells of a period: energy at home with a picture of the bill, everyday travel, journeys, food.
import { all, fieldOf, h, tell } from "../shared/dom.js";
import { noticesIn } from "../shared/lazy_section.js";
import { t } from "../shared/i18n.js";
import { upload } from "../shared/upload.js";

/** @typedef {ItemOf<"/v1/me/periods">} Period */
/** @typedef {Period["inputs"]} Inputs */

const READINGS = /** @type {const} */ (["electricity_kwh", "gas_m3", "heat_kwh"]);
const EVERYDAY = /** @type {const} */ (["metro", "bus", "car", "bev", "taxi", "motorbike", "ebike", "bike", "walk"]);
const JOURNEY_MODES = /** @type {const} */ (["hsr", "train", "plane", "coach", "car", "bev"]);
const FOODS = /** @type {const} */ (["high_meat", "medium_meat", "low_meat", "vegetarian", "vegan"]);
const SHARED = ["car", "bev"];

/** @param {Account} account @param {Section} section @param {Period} period @param {(told: Period) => unknown} onTold */
export function periodForm(account, section, period, onTold) {
  const { inputs } = period;
  const said = h("p", { class: "notice calm", role: "status", hidden: true });
  const send = h("button", { class: "button primary", type: "submit", "data-tell": period.id }, t("period.tell"));
  const journeys = h("ul", { class: "entries" }, ...(inputs.journeys ?? []).map((each) => journeyRow(period, each)));
  const more = h("button", { class: "button tiny", type: "button", "data-more": period.id, onclick: () => journeys.append(journeyRow(period)) }, t("period.journey.add"));
  const form = h(
    "form",
    { class: "inline-form period-form", autocomplete: "off", novalidate: true, "data-form": period.id },
    h("h3", {}, t("period.home")),
    number("household", t("period.household"), inputs.household ?? 1, { min: "1", max: "20", step: "1" }),
    ...READINGS.map((name) => reading(name, inputs[name] ?? null)),
    h("h3", {}, t("period.everyday")),
    h("p", { class: "note" }, t("period.everyday.note")),
    h("div", { class: "period-grid" }, ...EVERYDAY.map((mode) => everyday(mode, (inputs.everyday ?? []).find((each) => each.mode === mode)))),
    h("h3", {}, t("period.journeys")),
    h("p", { class: "note" }, t("period.journeys.note")),
    journeys,
    h("div", { class: "buttons" }, more),
    h("h3", {}, t("period.food")),
    h("label", {}, h("span", {}, t("period.food.pattern")), h("select", { class: "input", name: "food" }, option("", t("period.food.none"), inputs.food ?? ""), ...FOODS.map((each) => option(each, t(`period.food.${each}`), inputs.food ?? "")))),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "kept", checked: inputs.food && inputs.is_food_assumed === false }), h("span", {}, t("period.food.kept"))),
    h("div", { class: "buttons" }, send),
    said,
  );
  const notices = noticesIn(form);
  form.addEventListener("input", () => tell(said, ""));
  form.addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const answer = await section.press(send, ["tell", period.id, Date.now()], async () => account.post(`/v1/me/periods/${period.id}/inputs`, await read(account, form, inputs)), notices);
    if (answer === null) return;
    Object.assign(inputs, answer.inputs);
    tell(said, t("period.told"));
    onTold(answer);
  });
  return form;
}

const option = (/** @type {string} */ value, /** @type {string} */ text, /** @type {string} */ chosen) => h("option", { value, selected: value === chosen }, text);

/** @param {string} name @param {string} label @param {number | string} value @param {Record<string, string>} limits */
const number = (name, label, value, limits = {}) => h("label", {}, h("span", {}, label), h("input", { class: "input", type: "number", inputmode: "decimal", min: "0", step: "any", name, value, ...limits }));

function reading(/** @type {typeof READINGS[number]} */ name, /** @type {Inputs["gas_m3"]} */ told) {
  const photo = h("input", { class: "input", type: "file", name: `${name}_photo`, accept: "image/jpeg,image/png,image/webp", "aria-label": t("period.photo") });
  return h("div", { class: "period-reading" }, number(name, t(`period.${name}`), told?.quantity ?? ""), h("label", {}, h("span", {}, t(told?.photo ? "period.photo.there" : "period.photo")), photo));
}

/** @param {typeof EVERYDAY[number]} mode @param {NonNullable<Inputs["everyday"]>[number] | undefined} told */
function everyday(mode, told) {
  const label = mode === "ebike" ? t("period.mode.ebike") : t(`${["motorbike"].includes(mode) ? "mode" : "local_mode"}.${mode}`);
  const km = number(`km_${mode}`, t("period.km", { mode: label }), told?.distance_km ?? "");
  return SHARED.includes(mode) ? h("div", { class: "period-reading" }, km, number(`persons_${mode}`, t("period.persons"), told?.persons ?? "", { min: "1", max: "9", step: "1" })) : km;
}

/** @param {Period} period @param {NonNullable<Inputs["journeys"]>[number] | null} told */
function journeyRow(period, told = null) {
  const field = (/** @type {string} */ name, /** @type {string} */ label, /** @type {Record<string, any>} */ attributes) => h("label", {}, h("span", {}, label), h("input", { class: "input", "data-name": name, ...attributes }));
  const remove = h("button", { class: "button quiet tiny", type: "button" }, t("period.journey.remove"));
  const row = h(
    "li",
    { class: "period-journey", "data-journey": true },
    field("day", t("period.journey.day"), { type: "date", min: period.starts_on, max: period.ends_on, value: told?.day ?? period.starts_on }),
    field("from_city", t("period.journey.from"), { maxlength: "40", value: told?.from_city ?? period.programme.city }),
    field("to_city", t("period.journey.to"), { maxlength: "40", value: told?.to_city ?? "" }),
    h("label", {}, h("span", {}, t("period.journey.mode")), h("select", { class: "input", "data-name": "mode" }, ...JOURNEY_MODES.map((mode) => option(mode, t(`mode.${mode}`), told?.mode ?? "hsr")))),
    h("label", { class: "check" }, h("input", { type: "checkbox", "data-name": "return_trip", checked: told?.return_trip !== false }), h("span", {}, t("period.journey.return"))),
    remove,
  );
  remove.addEventListener("click", () => row.remove());
  return row;
}

/** The form as the server takes it; a picture is sent first. @param {Account} account @param {HTMLFormElement} form @param {Inputs} before @returns {Promise<Inputs>} */
async function read(account, form, before) {
  const told = (/** @type {string} */ name) => (fieldOf(form, name).value.trim() === "" ? null : Number(fieldOf(form, name).value));
  /** @type {Record<string, any>} */
  const readings = {};
  for (const name of READINGS) {
    const quantity = told(name);
    const field = /** @type {HTMLInputElement} */ (fieldOf(form, `${name}_photo`));
    const file = field.files?.[0];
    if (quantity === null) readings[name] = null;
    else {
      const photo = file ? (await upload(account.session, "/v1/me/photos", file, () => {})).sha256 : (before[name]?.photo ?? null);
      readings[name] = { quantity, photo };
      // Sent once: told again, it is the one that is known.
      if (file) Object.assign(before, { [name]: readings[name] });
      field.value = "";
    }
  }
  const food = fieldOf(form, "food").value;
  return /** @type {Inputs} */ ({
    household: told("household") ?? 1,
    ...readings,
    everyday: EVERYDAY.flatMap((mode) => (told(`km_${mode}`) === null ? [] : [{ mode, distance_km: told(`km_${mode}`), persons: SHARED.includes(mode) ? told(`persons_${mode}`) : null }])),
    journeys: all("[data-journey]", form).map((row) => journeyOf(row)),
    food: food === "" ? null : food,
    is_food_assumed: !(/** @type {HTMLInputElement} */ (fieldOf(form, "kept")).checked),
  });
}

function journeyOf(/** @type {HTMLElement} */ row) {
  const value = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (row.querySelector(`[data-name="${name}"]`));
  return { day: value("day").value, from_city: value("from_city").value.trim(), to_city: value("to_city").value.trim(), mode: value("mode").value, return_trip: value("return_trip").checked };
}
