// The operator's start: every desk with what waits there.
import { byId, h, tell } from "../shared/dom.js";
import { count, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";

const AGAIN_MS = 30_000;
/** Where each count leads. */
const PATHS = { applications: "/organiser", reviews: "/staff/reviews", complaints: "/staff/complaints", organisations: "/staff/organisations", licences: "/staff/organisations", credits: "/staff/credits", budgets: "/staff/budgets", rewards: "/staff/rewards", jobs: "/staff/jobs", letters: "/staff/jobs", content: "/staff/content", methods: "/staff/methods" };

const session = new Session("staff");
let timer = 0;
const signIn = new StaffSignIn(session, byId("tiles-panel"), { onOpen: load, onClose: () => clearTimeout(timer) });
signIn.start();

async function load() {
  clearTimeout(timer);
  try {
    const { items } = await patiently(() => session.ask("/v1/desk"), { onWait: waitIn(byId("tiles-notice")) });
    byId("tiles").replaceChildren(...items.map(tile));
    tell(byId("tiles-notice"), "");
  } catch (error) {
    if (signIn.isSignedOut(error)) return;
    tell(byId("tiles-notice"), explain(error));
  }
  timer = setTimeout(load, AGAIN_MS);
}

/** @param {AnswerOf<"/v1/desk">["items"][number]} item */
function tile({ desk, waiting, late }) {
  const state = late ? t("ops.tile.late", { n: count(late) }) : waiting ? t("ops.tile.waits") : t("ops.tile.nothing");
  return h("li", {}, h("a", { class: "desk-tile", href: PATHS[desk], "data-desk": desk, "data-state": late ? "late" : waiting ? "waits" : "" }, h("span", {}, t(`ops.tile.${desk}`)), h("b", {}, count(waiting)), h("small", {}, state)));
}
