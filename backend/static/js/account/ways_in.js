// Which ways lead to this account: addresses and providers, passkeys, one more of either, and another account of one's own.
import { confirm } from "../shared/confirm.js";
import { byId, h } from "../shared/dom.js";
import { noticesIn, showRows } from "../shared/lazy_section.js";
import { hasPasskeys, makePasskey } from "../shared/passkeys.js";
import { inWeChat } from "../shared/in_wechat.js";
import { Refused } from "../shared/api.js";
import { signInBySheet } from "../shared/sign_in_sheet.js";
import { waysIn } from "../shared/ways_in.js";
import { momentOf, t, word } from "../shared/i18n.js";
import { offerMerge } from "./merge.js";

const PATHS = { identities: "/v1/me/identities", passkeys: "/v1/me/passkeys", options: "/v1/me/passkey-options" };
const BINDABLE = ["email", "phone"];

/**
 * A way that leads to the account, and a passkey of it.
 * @typedef {{id: string, provider: string, shown: string | null, created_at: string}} IdentityItem
 * @typedef {{id: string, name: string, created_at: string, last_used_at: string | null}} PasskeyItem
 */

export function readWaysIn(/** @type {Account} */ account, /** @type {Section} */ section) {
  const notices = noticesIn(byId("ways-notices"));
  const { identities, passkeys, options } = /** @type {Record<string, string>} */ (PATHS);

  byId("way-add").addEventListener("click", async () => {
    const bound = await signInBySheet({ title: t("ways.add"), note: t("ways.add.note"), only: BINDABLE, submit: (attempt) => account.post(identities, attempt) });
    if (bound !== null) await section.reload();
  });
  byId("passkey-add").addEventListener("click", async () => {
    const button = byId("passkey-add");
    const made = await section.press(button, "passkey", () => giveUpQuietly(async () => {
      const begun = await account.post(options);
      return account.post(passkeys, { challenge: begun.challenge, name: t("ways.passkey.name"), passkey: await makePasskey(begun.options) });
    }), notices);
    if (made !== null) await section.reload();
  });
  offerMerge(account);

  /** @param {string} path @param {string} id @param {string} name */
  const removal = (path, id, name) => {
    const button = h("button", { class: "button quiet tiny", type: "button", "data-remove": id, "aria-label": t("ways.remove.of", { name }) }, t("ways.remove"));
    button.addEventListener("click", () =>
      confirm({
        title: t("ways.remove.sure", { name }),
        texts: [t("ways.remove.text")],
        yes: t("ways.remove"),
        perform: async (yes, inDialog) => {
          const gone = await section.press(yes, ["remove", id], async () => (await account.session.ask(`${path}/${encodeURIComponent(id)}`, { method: "DELETE" })) ?? true, inDialog);
          if (gone === null) return null;
          await section.reload();
          return [t("ways.removed")];
        },
      }),
    );
    return button;
  };
  const row = (/** @type {string} */ key, /** @type {string} */ name, /** @type {string} */ note, /** @type {HTMLElement | null} */ button) =>
    h("li", { class: "entry", "data-way-in": key }, h("div", {}, h("p", { class: "entry-name" }, name), h("p", { class: "note" }, note)), button ? h("div", { class: "entry-buttons" }, button) : null);

  return async () => {
    const [known, keys, ways] = await Promise.all([/** @type {Promise<{items: IdentityItem[]}>} */ (account.ask(identities)), /** @type {Promise<{items: PasskeyItem[]}>} */ (account.ask(passkeys)), waysIn()]);
    const offers = (/** @type {string[]} */ names) => ways.some(({ provider }) => names.includes(provider));
    const mayRemove = known.items.length + keys.items.length > 1;
    showRows(byId("ways"), [
      ...known.items.map((item) => {
        const name = [word("ways.provider", item.provider), item.shown].filter(Boolean).join(" · ");
        return row(item.provider, name, t("ways.since", { at: momentOf(item.created_at) }), mayRemove && item.provider !== "demo" ? removal(identities, item.id, name) : null);
      }),
      ...keys.items.map((item) => row("passkey", `${word("ways.provider", "passkey")} · ${item.name}`, item.last_used_at ? t("ways.used", { at: momentOf(item.last_used_at) }) : t("ways.since", { at: momentOf(item.created_at) }), removal(passkeys, item.id, item.name))),
    ], t("ways.none"));
    byId("way-add").hidden = !offers(BINDABLE);
    byId("passkey-add").hidden = !offers(["passkey"]) || !hasPasskeys() || inWeChat();
  };
}

/** Browsers say no more than that somebody gave up, ran out of time, or has such a passkey already. @template T @param {() => Promise<T>} attempt @returns {Promise<T>} */
async function giveUpQuietly(attempt) {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new Refused(0, { code: "passkey_none", title: t("ways.passkey.none") });
  }
}
