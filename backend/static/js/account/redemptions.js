// A citizen's redemptions: codes to show at a till, and cancelling while a voucher is unused.
import { confirm, show } from "../shared/confirm.js";
import { h } from "../shared/dom.js";
import { asData, fetchFile } from "../shared/files.js";
import { count, either, momentOf, t } from "../shared/i18n.js";

const PAGE = 20;

export function readRedemptions(/** @type {Account} */ account, /** @type {Section} */ section) {
  return section.list("redemptions", (cursor) => account.ask(`/v1/me/redemptions?limit=${PAGE}${cursor}`), (each) => row(account, section, each), () => t("rewards.mine.none"));
}

/** The code as a picture with its text; the text alone when the picture cannot be had just now. */
export async function codeOf(/** @type {Account} */ account, /** @type {Pick<ItemOf<"/v1/me/redemptions">, "voucher" | "coupon_code" | "qr">} */ redemption) {
  const code = redemption.voucher?.code ?? redemption.coupon_code;
  const words = h("p", { class: "voucher-code" }, h("code", {}, code));
  const hint = h("p", { class: "note" }, t(redemption.voucher ? "rewards.show" : "rewards.show.coupon"));
  const until = redemption.voucher ? h("p", { class: "note" }, t("rewards.until", { at: momentOf(redemption.voucher.expires_at) })) : "";
  /** @type {HTMLElement | null} */
  let picture = null;
  try {
    const address = await asData(await fetchFile(account.session, redemption.qr ?? "", "image/svg+xml"));
    picture = h("img", { class: "voucher-qr", src: address, alt: t("rewards.qr", { code }), width: "220", height: "220" });
  } catch {
    // The code below can be typed by hand.
  }
  return h("div", { class: "voucher" }, picture, words, hint, until);
}

function row(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/redemptions">} */ redemption) {
  const { voucher, reward } = redemption;
  const state = voucher ? voucher.state : "final";
  const isUsable = voucher ? voucher.state === "issued" : redemption.coupon_code !== null;
  const when = voucher?.state === "issued" ? t("rewards.until", { at: momentOf(voucher.expires_at) }) : voucher?.used_at ? t("rewards.used", { at: momentOf(voucher.used_at) }) : momentOf(redemption.created_at);
  const showCode = h("button", { class: "button tiny", type: "button", "data-show": redemption.id }, t("rewards.mine.qr"));
  showCode.addEventListener("click", async () => {
    showCode.disabled = true;
    const code = await codeOf(account, redemption);
    showCode.disabled = false;
    show([either(reward.name), code]);
  });
  const cancel = h("button", { class: "button quiet tiny", type: "button", "data-cancel": redemption.id }, t("rewards.mine.cancel"));
  cancel.addEventListener("click", () => askToCancel(account, section, redemption));
  return h(
    "li",
    { class: "entry", "data-redemption": redemption.id, "data-state": state },
    h("div", {}, h("p", { class: "entry-name" }, either(reward.name), " ", h("span", { class: "chip", "data-state": state }, t(`voucher.${state}`))), h("p", { class: "note" }, `${t("rewards.cost", { points: count(redemption.points) })} · ${when}`)),
    h("div", { class: "entry-buttons" }, isUsable ? showCode : null, voucher?.state === "issued" ? cancel : null),
  );
}

function askToCancel(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/redemptions">} */ redemption) {
  confirm({
    title: t("rewards.cancel", { name: either(redemption.reward.name) }),
    texts: [t("rewards.cancel.text", { points: count(redemption.points) })],
    yes: t("rewards.cancel.yes"),
    perform: async (button, notices) => {
      const answer = await section.press(button, ["cancel", redemption.id], (key) => account.post(`/v1/me/redemptions/${redemption.id}/cancellation`, undefined, key), notices);
      account.changed(answer?.balance ?? null);
      return answer === null ? null : [t("rewards.cancelled", { points: count(answer.points_returned) }), h("p", { id: "cancelled" }, t("rewards.done.balance", { balance: count(answer.balance) }))];
    },
  });
}
