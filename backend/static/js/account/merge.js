// Two accounts of one person become one: sign in to the other one, read what happens, and say yes.
import { newKey } from "../shared/api.js";
import { confirm } from "../shared/confirm.js";
import { byId, h } from "../shared/dom.js";
import { patiently } from "../shared/retry.js";
import { signInBySheet } from "../shared/sign_in_sheet.js";
import { OTHER_ACCOUNT, TAB, forget, keep, recall } from "../shared/web_storage.js";
import { showWait } from "../shared/wait_notice.js";
import { showRefusal } from "../shared/result.js";
import { count, either, t } from "../shared/i18n.js";

const KEPT = "merge";
const KEPT_MS_MAX = 900_000;
const PATHS = { merges: "/v1/me/merges" };

/** The button that begins a merge, and its end where a provider's page came between. @param {Account} account */
export function offerMerge(account) {
  byId("merge").addEventListener("click", async () => {
    // A provider's page leads back here signed in to the other account: this one's tokens wait in this tab.
    const leave = () => keep(KEPT, { tokens: account.session.tokens, at: Date.now() }, TAB);
    const other = await signInBySheet({ title: t("merge.title"), note: t("merge.note"), without: ["badge", "demo"], leave });
    if (other !== null) askToMerge(account, other.access_token);
  });
}

/**
 * Take a merge up again after a provider's page. Where one was begun here, the session is the first account's again; else
 * the sign-in itself may have told of a second account. @param {Session} session @returns {string | null} the token of the other account
 */
export function takeMerge(session) {
  const begun = recall(KEPT, TAB);
  const told = recall(OTHER_ACCOUNT, TAB);
  forgetMerge();
  const signedIn = session.tokens;
  const isOfNow = (/** @type {{at: number} | null} */ kept) => kept !== null && Date.now() - kept.at <= KEPT_MS_MAX;
  if (!signedIn) return null;
  if (isOfNow(begun) && begun.tokens) {
    // The provider led to this very account, or its person came back without signing in: the tokens of now are the newer ones.
    if (begun.tokens.citizen?.id === signedIn.citizen?.id) return null;
    session.open(begun.tokens);
    return signedIn.access_token;
  }
  return isOfNow(told) && told.of === signedIn.citizen?.id ? told.token : null;
}

/** Whoever signs out, or in by another way, has given up what was begun: the next person in this tab finds nothing of it. */
export function forgetMerge() {
  forget(KEPT, TAB);
  forget(OTHER_ACCOUNT, TAB);
}

/** @param {Account} account @param {string} other the access token of the other account */
export function askToMerge(account, other) {
  const path = /** @type {string} */ (PATHS.merges);
  const key = newKey();
  confirm({
    title: t("merge.sure"),
    texts: [t("merge.adds"), t("merge.once"), t("merge.ends")],
    yes: t("merge.yes"),
    perform: async (button, notices) => {
      button.disabled = true;
      notices.refusal.hidden = true;
      try {
        const answer = await patiently(() => account.ask(path, { method: "POST", body: { other_access_token: other }, key }), { onWait: (wait) => showWait(notices.waiting, wait) });
        account.changed();
        return [t("merge.finished"), h("p", { id: "merged" }, either(answer?.about) || t("merge.finished.text")), answer?.merged_at ? h("p", {}, moved(answer)) : null];
      } catch (error) {
        showRefusal(error, notices.refusal);
        return null;
      } finally {
        button.disabled = false;
      }
    },
  });
}

/** What moved, in numbers. @param {{points_moved: number, attendances_moved: number, actions_moved: number, actions_reversed: number, points_taken_back: number}} answer */
function moved(answer) {
  const sentence = t("merge.moved", { points: count(answer.points_moved), attendances: count(answer.attendances_moved), actions: count(answer.actions_moved) });
  const back = answer.actions_reversed || answer.points_taken_back ? ` ${t("merge.back", { actions: count(answer.actions_reversed), points: count(answer.points_taken_back) })}` : "";
  return sentence + back;
}
