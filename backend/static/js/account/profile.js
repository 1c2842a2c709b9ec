// The nickname, and whether boards show its first character.
import { byId, fieldOf, h, tell } from "../shared/dom.js";
import { noticesIn } from "../shared/lazy_section.js";
import { typedWords } from "../shared/typed_text.js";
import { either, t } from "../shared/i18n.js";

export function readProfile(/** @type {Account} */ account, /** @type {Section} */ section) {
  const form = byId("profile");
  const notices = noticesIn(form);
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
    submitted.preventDefault();
    const nickname = typedWords(fieldOf(form, "nickname").value) || null;
    const body = { nickname, shows_name: fieldOf(form, "shows_name").checked };
    const answer = await section.press(byId("profile-send"), body, () => account.post("/v1/me/profile", body), notices);
    if (answer === null) return;
    show(answer);
    tell(byId("profile-done"), t("profile.done"));
  });
  form.addEventListener("input", () => tell(byId("profile-done"), ""));
  return async () => show(await account.ask("/v1/me/profile"));
}

/** @param {AnswerOf<"/v1/me/profile">} profile */
function show(profile) {
  const form = byId("profile");
  fieldOf(form, "nickname").value = profile.nickname ?? "";
  fieldOf(form, "shows_name").checked = profile.shows_name;
  byId("profile-shown").replaceChildren(t("profile.shown"), " ", h("strong", {}, either(profile.shown_as)));
}
