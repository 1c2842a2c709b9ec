// The city's leaderboard, and the citizen's consent to appear on it.
import { give } from "../shared/consent.js";
import { byId, h, tell } from "../shared/dom.js";
import { count, either, mass, t } from "../shared/i18n.js";

const SHOWN = 10;
const SCOPE = "leaderboard";

export function readBoard(/** @type {Account} */ account, /** @type {Section} */ section) {
  const agree = byId("rank-me");
  const period = byId("board-period");
  agree.addEventListener("change", async () => {
    const granted = agree.checked;
    const answer = await section.press(agree, ["consent", granted], async () => {
      const { items } = await account.ask("/v1/me/consents");
      const consent = items.find((each) => each.scope === SCOPE);
      return consent ? give(account.ask, consent, granted) : null;
    });
    if (answer === null) agree.checked = !granted;
    else await section.reload();
  });
  period.addEventListener("change", () => section.reload());
  return async () => {
    const [consents, profile, board] = await Promise.all([account.ask("/v1/me/consents"), account.ask("/v1/me/profile"), account.ask(`/v1/leaderboards/city?period=${period.value}&limit=${SHOWN}`)]);
    agree.checked = consents.items.some((consent) => consent.scope === SCOPE && consent.is_granted);
    tell(byId("board-shown"), agree.checked ? t("board.shown", { name: either(profile.shown_as) }) : "");
    tell(byId("board-me"), !agree.checked ? "" : board.me?.rank ? t("board.me", { rank: count(board.me.rank), mass: mass(board.me.reduction_g) }) : t("board.me.none"));
    byId("board").hidden = board.items.length === 0;
    byId("board").tBodies[0].replaceChildren(...board.items.map(standing));
    tell(byId("board-none"), board.items.length > 0 ? "" : t(board.as_of === null ? "board.counting" : "board.none"));
  };
}

function standing(/** @type {ItemOf<"/v1/leaderboards/city">} */ each) {
  return h("tr", each.is_me ? { class: "is-me" } : {}, h("td", {}, count(each.rank)), h("th", { scope: "row" }, either(each.name), each.is_me ? t("board.you") : null), h("td", { class: "num" }, mass(each.reduction_g)));
}
