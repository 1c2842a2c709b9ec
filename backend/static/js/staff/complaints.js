// The complaints page: what waits for an answer, the oldest first; staff take it under review and answer it.
import { byId, h, tell } from "../shared/dom.js";
import { dayOf, momentOf, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";

const PAGE = 20;
const ANSWER_CHARS_MAX = 2000;

const session = new Session("staff");
/** @type {string | null} */
let cursor = null;
const onWait = waitIn(byId("complaints-notice"));

byId("again").addEventListener("click", () => load(true));
byId("more").addEventListener("click", () => load(false));

const signIn = new StaffSignIn(session, byId("complaints-panel"), { onOpen: () => load(true) });
signIn.start();

async function load(/** @type {boolean} */ isFresh) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (!isFresh && cursor) query.set("cursor", cursor);
  try {
    const page = await patiently(() => session.ask(`/v1/complaints?${query}`), { onWait });
    const cards = page.items.map(card);
    if (isFresh) byId("complaints").replaceChildren(...cards);
    else byId("complaints").append(...cards);
    cursor = page.next_cursor;
    byId("more").hidden = cursor === null;
    byId("complaints-empty").hidden = byId("complaints").children.length > 0;
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("complaints-notice"), explain(error));
  }
}

function card(/** @type {ItemOf<"/v1/complaints">} */ complaint) {
  const facts = [
    [t("complaints.subject"), complaint.number ? `${complaint.subject} · ${complaint.number}` : complaint.subject],
    [t("complaints.received"), momentOf(complaint.received_at)],
    [t("complaints.due"), dayOf(complaint.due_on)],
    ...(complaint.contact ? [[t("complaints.contact"), complaint.contact]] : []),
  ];
  return h(
    "li",
    { class: "card review", "data-complaint": complaint.id, "data-state": complaint.state },
    h(
      "div",
      { class: "review-body" },
      h("div", { class: "card-head" }, h("h2", {}, t(`complaints.about.${complaint.about}`)), h("span", { class: "chip", "data-state": complaint.is_overdue ? "lost" : "" }, complaint.is_overdue ? t("complaints.overdue") : t(`complaints.state.${complaint.state}`))),
      h("p", {}, complaint.text ?? t("complaints.text.gone")),
      h("dl", { class: "facts" }, facts.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))),
      complaint.may_answer ? desk(complaint) : h("p", { class: "note" }, t("complaints.own")),
    ),
  );
}

function desk(/** @type {ItemOf<"/v1/complaints">} */ complaint) {
  const refused = h("p", { class: "field-error", role: "alert", hidden: true });
  const send = async (/** @type {HTMLButtonElement} */ button, /** @type {() => Promise<ItemOf<"/v1/complaints">>} */ attempt) => {
    button.disabled = true;
    tell(refused, "");
    try {
      const changed = await patiently(attempt, { onWait });
      const line = h("li", { class: "log", "data-complaint": changed.id, "data-decided": changed.state }, t("complaints.done", { state: t(`complaints.state.${changed.state}`) }));
      document.querySelector(`[data-complaint="${complaint.id}"]`)?.replaceWith(changed.answer === null ? card(changed) : line);
    } catch (error) {
      button.disabled = false;
      if (!signIn.isSignedOut(error)) tell(refused, explain(error));
    }
  };
  if (complaint.state === "received") {
    const take = h("button", { class: "button primary", type: "button", "data-take": complaint.id }, t("complaints.take"));
    take.addEventListener("click", () => send(take, () => session.ask(`/v1/complaints/${complaint.id}/review`, { method: "POST" })));
    return h("div", { class: "review-decision" }, refused, h("div", { class: "buttons" }, take));
  }
  const answer = h("textarea", { class: "input", rows: 3, maxlength: ANSWER_CHARS_MAX, "aria-label": t("complaints.answer"), placeholder: t("complaints.answer") });
  const published = complaint.number ? h("textarea", { class: "input", rows: 2, maxlength: ANSWER_CHARS_MAX, "data-public": "", "aria-label": t("complaints.public.answer"), placeholder: t("complaints.public.answer") }) : null;
  const buttons = /** @type {const} */ (["upheld", "rejected", "answered"]).map((state) => {
    const button = h("button", { class: state === "upheld" ? "button primary" : "button", type: "button", "data-answer": state }, t(`complaints.make.${state}`));
    button.addEventListener("click", () => {
      const said = answer.value.trim();
      if (!said) {
        tell(refused, t("complaints.answer.missing"));
        answer.focus();
        return;
      }
      send(button, () => session.ask(`/v1/complaints/${complaint.id}/answer`, { method: "POST", body: { state, answer: said, public_answer: published?.value.trim() || null } }));
    });
    return button;
  });
  return h("div", { class: "review-decision" }, answer, published, refused, h("div", { class: "buttons" }, buttons));
}
