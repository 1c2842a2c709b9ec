// A photo as evidence: of an act that wants one, with where it was taken, then looked at by a person.
import { Refused } from "../shared/api.js";
import { deviceName } from "../shared/device.js";
import { byId, fieldOf, h, tell } from "../shared/dom.js";
import { noticesIn } from "../shared/lazy_section.js";
import { upload } from "../shared/upload.js";
import { either, momentOf, plain, t } from "../shared/i18n.js";

const PAGE = 20;
const LOCATE_MS_MAX = 20_000;

/** Photos that are here already, by the file that was chosen: pressed again after a refusal, it is not sent twice. @type {WeakMap<File, string>} */
const sent = new WeakMap();

export function readPhotos(/** @type {Account} */ account, /** @type {Section} */ section) {
  const form = byId("photo");
  const notices = noticesIn(form);
  /** @type {Map<string, ItemOf<"/v1/methods">>} */
  let methods = new Map();
  const chosen = () => methods.get(fieldOf(form, "method").value);
  const showQuantity = () => {
    const method = chosen();
    byId("photo-quantity-part").hidden = !method?.needs_quantity;
    fieldOf(form, "quantity").required = Boolean(method?.needs_quantity);
    byId("photo-quantity-label").textContent = method ? t("photo.quantity", { unit: either(method.unit_name) }) : "";
  };
  fieldOf(form, "method").addEventListener("change", showQuantity);
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
    submitted.preventDefault();
    const file = fieldOf(form, "file").files?.[0];
    const method = chosen();
    if (!file || !method) return;
    const quantity = method.needs_quantity ? Number(fieldOf(form, "quantity").value) : undefined;
    const answer = await section.press(byId("photo-send"), [method.code, quantity, file.name, file.size, file.lastModified], async (key) => {
      const { latitude, longitude } = await whereItIs();
      const photo = await here(account, file);
      const evidence = { tier: /** @type {const} */ ("E4"), photo, lat: latitude, lon: longitude };
      return account.session.ask("/v1/actions", { method: "POST", body: { method: method.code, quantity, evidence }, key, device: deviceName() });
    }, notices);
    tell(byId("photo-progress"), "");
    if (answer === null) return;
    form.reset();
    showQuantity();
    tell(byId("photo-done"), t(answer.state === "pending" ? "photo.done" : "photo.done.posted"));
    account.changed(answer.balance);
  });
  form.addEventListener("input", () => tell(byId("photo-done"), ""));
  const readList = section.list("photos", (cursor) => account.ask(`/v1/me/reviews?limit=${PAGE}${cursor}`), (review) => row(review, methods), () => t("photo.none"));
  return async () => {
    const all = await account.methods();
    methods = new Map([...all].filter(([, method]) => method.evidence_wanted.includes("E4")));
    const before = fieldOf(form, "method").value;
    fieldOf(form, "method").replaceChildren(...[...methods.values()].map((method) => h("option", { value: method.code, selected: method.code === before }, either(method.name))));
    showQuantity();
    methods = all;
    await readList();
  };
}

/** The photo's name, sent once. @param {Account} account @param {File} file @returns {Promise<string>} */
async function here(account, file) {
  const known = sent.get(file);
  if (known) return known;
  const { sha256 } = await upload(account.session, "/v1/me/photos", file, (share) => tell(byId("photo-progress"), t("photo.sending", { percent: Math.round(share * 100) })));
  sent.set(file, sha256);
  return sha256;
}

/** Where this phone is, to a kilometre as the service keeps it. Raises Refused with what to do. @returns {Promise<GeolocationCoordinates>} */
function whereItIs() {
  tell(byId("photo-progress"), t("photo.locating"));
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Refused(0, { code: "photo_place_missing", title: t("photo.place") }));
    if (!navigator.geolocation) refuse();
    else navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), refuse, { timeout: LOCATE_MS_MAX, maximumAge: 600_000 });
  });
}

function row(/** @type {ItemOf<"/v1/me/reviews">} */ review, /** @type {Map<string, ItemOf<"/v1/methods">>} */ methods) {
  const method = methods.get(review.method);
  const quantity = review.quantity === null ? null : `${plain(Number(review.quantity))} ${either(method?.unit_name)}`;
  const told = review.state === "pending" ? t("photo.expected", { at: momentOf(review.expected_by) }) : review.reason ? t("photo.reason", { reason: review.reason }) : "";
  return h(
    "li",
    { class: "entry", "data-review": review.id, "data-state": review.state },
    h("div", {}, h("p", { class: "entry-name" }, either(method?.name) || review.method), h("p", { class: "note" }, [quantity, momentOf(review.occurred_at)].filter(Boolean).join(" · ")), h("p", { class: "note" }, either(review.why_text), told ? ` ${told}` : "")),
    h("div", { class: "entry-end" }, h("span", { class: "chip", "data-state": review.state === "approved" ? "posted" : review.state }, t(`photo.state.${review.state}`))),
  );
}
