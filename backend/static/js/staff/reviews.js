// The reviewers' page: actions that wait for a review, the oldest first; a reviewer decides each and gives a reason.
import { Refused, ask } from "../shared/api.js";
import { byId, h, tell } from "../shared/dom.js";
import { asData, fetchFile } from "../shared/files.js";
import { patiently } from "../shared/retry.js";
import { waitIn } from "../shared/wait_notice.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { either, mass, momentOf, plain, t, word } from "../shared/i18n.js";

const PAGE = 20;
const REASON_CHARS_MAX = 400;

const session = new Session("staff");
/** @type {Map<string, ItemOf<"/v1/methods">>} */
const methods = new Map();
/** @type {string | null} */
let cursor = null;
const onWait = waitIn(byId("reviews-notice"));

byId("why").addEventListener("change", () => load(true));
byId("again").addEventListener("click", () => load(true));
byId("more").addEventListener("click", () => load(false));

const signIn = new StaffSignIn(session, byId("reviews-panel"), { onOpen: open });
signIn.start();

async function open() {
  if (methods.size === 0) {
    const { items } = await patiently(() => ask("/v1/methods"), { onWait });
    for (const method of items) methods.set(method.code, method);
  }
  await load(true);
}

async function load(/** @type {boolean} */ isFresh) {
  const why = byId("why").value;
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (why) query.set("why", why);
  if (!isFresh && cursor) query.set("cursor", cursor);
  try {
    const page = await patiently(() => session.ask(`/v1/reviews?${query}`), { onWait });
    const cards = page.items.map(card);
    if (isFresh) byId("reviews").replaceChildren(...cards);
    else byId("reviews").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    showEmpty();
  } catch (error) {
    fail(error);
  }
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("reviews-notice"), explain(error));
}

function showEmpty() {
  byId("reviews-empty").hidden = byId("reviews").children.length > 0;
}

function card(/** @type {ItemOf<"/v1/reviews">} */ review) {
  const method = methods.get(review.method);
  const name = method ? either(method.name) : review.method;
  const unit = method ? either(method.unit_name) : "";
  const facts = [
    [t("reviews.quantity"), review.quantity === null ? t("not.said") : `${plain(review.quantity)} ${unit}`],
    ...Object.entries(review.parameters).map(([key, value]) => [key, String(value)]),
    [t("reviews.occurred"), momentOf(review.occurred_at)],
    review.ended_at ? [t("reviews.ended"), momentOf(review.ended_at)] : null,
    [t("reviews.tier"), review.tier],
    review.scene_kind ? [t("reviews.scene"), word("scene.kind", review.scene_kind)] : null,
    ...evidence(review.evidence),
    review.reduction_g === null ? null : [t("reviews.worth"), t("reviews.worth.told", { mass: mass(review.reduction_g), points: review.points ?? 0 })],
    review.opinions_needed > 1 ? [t("reviews.opinions"), t(review.is_disputed ? "reviews.opinions.disputed" : "reviews.opinions.told", { given: review.opinions_given, needed: review.opinions_needed })] : null,
    [t("reviews.expected"), momentOf(review.expected_by)],
  ].filter((fact) => fact !== null);
  const item = h(
    "li",
    { class: "card review", "data-review": review.id, "data-why": review.why },
    review.has_photo ? photo(review) : null,
    h(
      "div",
      { class: "review-body" },
      h("div", { class: "card-head" }, h("h2", {}, name), h("span", { class: "chip", "data-state": review.is_overdue ? "lost" : "" }, review.is_overdue ? t("reviews.overdue") : t(`reviews.why.${review.why}`))),
      h("dl", { class: "facts" }, facts.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))),
      opinions(review),
      review.may_decide ? decision(review, name) : h("p", { class: "note" }, t("reviews.not.yours")),
    ),
  );
  return item;
}

/** What others said, as far as the server shows it: never before one has said it oneself. */
function opinions(/** @type {Pick<ItemOf<"/v1/reviews">, "opinions">} */ { opinions: said }) {
  return said.length === 0 ? null : h("ul", { class: "plain-list" }, said.map((each) => h("li", { class: "note" }, t(`reviews.said.${each.opinion}`, { reason: each.reason }))));
}

function evidence(/** @type {ItemOf<"/v1/reviews">["evidence"]} */ { lat, lon, ...rest }) {
  /** @type {[string, string][]} */
  const found = lat === undefined ? [] : [[t("reviews.place"), t("reviews.place.told", { lat: plain(lat), lon: plain(lon) })]];
  for (const [key, value] of Object.entries(rest)) found.push([word("reviews.evidence", key), typeof value === "object" ? JSON.stringify(value) : String(value)]);
  return found;
}

// Pictures are fetched with the token and shown as data: the page's policy lets no other address in.
function photo(/** @type {ItemOf<"/v1/reviews">} */ review) {
  const image = h("img", { class: "review-photo", alt: t("reviews.photo"), hidden: true });
  const note = h("p", { class: "note" }, t("loading"));
  fetchFile(session, `/v1/reviews/${review.id}/photo`, "image/jpeg")
    .then(asData)
    .then((address) => {
      image.src = address;
      image.hidden = false;
      note.remove();
    })
    .catch((error) => {
      note.textContent = explain(error);
    });
  return h("div", { class: "review-picture" }, image, note);
}

function decision(/** @type {ItemOf<"/v1/reviews">} */ review, /** @type {string} */ name) {
  const reason = h("input", { class: "input", maxlength: REASON_CHARS_MAX, placeholder: t("reviews.reason.hint"), "aria-label": t("reviews.reason") });
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const buttons = /** @type {const} */ (["approve", "reject"]).map((verb) =>
    h("button", { class: verb === "approve" ? "button primary" : "button", type: "button", "data-decision": verb, "aria-label": `${t(`reviews.${verb}`)}: ${name}`, onclick: () => decide(verb) }, t(`reviews.${verb}`)),
  );
  async function decide(/** @type {"approve" | "reject"} */ verb) {
    // A person whose action is rejected is told why; a yes explains itself.
    const said = reason.value.trim() || (verb === "approve" ? t("reviews.reason.ok") : "");
    if (!said) {
      tell(refused, t("reviews.reason.missing"));
      reason.focus();
      return;
    }
    for (const button of buttons) button.disabled = true;
    tell(refused, "");
    try {
      const body = { decision: verb, reason: said };
      const answer = await patiently(() => session.ask(`/v1/reviews/${review.id}/decision`, { method: "POST", body }), { onWait });
      finish(review, name, answer);
    } catch (error) {
      if (error instanceof Refused && ["review_decided", "review_opinion_given"].includes(error.code)) finish(review, name, null);
      else {
        for (const button of buttons) button.disabled = false;
        if (!signIn.isSignedOut(error)) tell(refused, explain(error));
      }
    }
  }
  return h("div", { class: "review-decision" }, reason, refused, h("div", { class: "buttons" }, buttons));
}

/** What became of it stays on the page until the list is read again. */
function finish(/** @type {ItemOf<"/v1/reviews">} */ review, /** @type {string} */ name, /** @type {AnswerOf<"/v1/reviews/{id}/decision", "POST"> | null} */ answer) {
  const item = document.querySelector(`[data-review="${review.id}"]`);
  const state = answer?.review.state ?? "decided";
  const facts = { name, points: answer?.action?.points ?? 0, mass: mass(answer?.action?.reduction_g ?? 0) };
  const key = answer?.review.is_disputed ? "reviews.done.disputed" : state === "approved" && !answer?.action ? "reviews.done.soon" : `reviews.done.${state}`;
  const line = h("li", { class: state === "rejected" ? "log bad" : "log", "data-review": review.id, "data-decided": state }, t(key, facts), answer ? opinions(answer.review) : null);
  item?.replaceWith(line);
}
