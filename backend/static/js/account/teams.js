// A citizen's teams: joined by a code, started, left.
import { reportButton } from "../shared/name_report.js";
import { confirm } from "../shared/confirm.js";
import { byId, h, valuesOf } from "../shared/dom.js";
import { noticesIn, showRows } from "../shared/lazy_section.js";
import { typedCode, typedWords } from "../shared/typed_text.js";
import { count, either, mass, t } from "../shared/i18n.js";

export function readTeams(/** @type {Account} */ account, /** @type {Section} */ section) {
  /** @type {Notices[]} */
  const told = [];
  /** @param {HTMLFormElement} form @param {HTMLButtonElement} button @param {string} path @param {(values: Record<string, string>) => object} bodyOf */
  const onSubmit = (form, button, path, bodyOf) => {
    // Beside the field, where what was typed stays until it is taken.
    const notices = noticesIn(form);
    told.push(notices);
    form.addEventListener("submit", async (submitted) => {
      submitted.preventDefault();
      const body = bodyOf(valuesOf(form));
      const answer = await section.press(button, [path, body], (key) => account.post(path, body, key), notices);
      if (answer === null) return;
      for (const { refusal } of told) refusal.hidden = true;
      form.reset();
      await section.reload();
    });
  };
  onSubmit(byId("team-join"), byId("team-join-send"), "/v1/team-joinings", ({ code }) => ({ code: typedCode(code) }));
  onSubmit(byId("team-new"), byId("team-new-send"), "/v1/teams", ({ kind, name }) => ({ kind, name: typedWords(name) }));
  return async () => {
    const { items } = await account.ask("/v1/me/teams");
    showRows(byId("teams"), items.map((team) => row(account, section, team)), t("teams.none"));
  };
}

function row(/** @type {Account} */ account, /** @type {Section} */ section, /** @type {ItemOf<"/v1/me/teams">} */ team) {
  const leave = h("button", { class: "button quiet tiny", type: "button", "data-leave": team.id }, t("teams.leave"));
  leave.addEventListener("click", () =>
    confirm({
      title: t("teams.leave.sure", { name: team.name }),
      texts: [t("teams.leave.text")],
      yes: t("teams.leave.yes"),
      perform: async (button, notices) => {
        const left = await section.press(button, ["leave", team.id], async () => (await account.session.ask(`/v1/me/teams/${team.id}`, { method: "DELETE" })) ?? true, notices);
        if (left === null) return null;
        byId("dialog").close();
        await section.reload();
        return null;
      },
    }),
  );
  return h(
    "li",
    { class: "entry", "data-team": team.id },
    h(
      "div",
      {},
      h("p", { class: "entry-name" }, team.name, " ", h("span", { class: "chip solid" }, t(`teams.kind.${team.kind}`)), " ", reportButton("team", team.id)),
      h("p", { class: "note" }, [t(team.members === 1 ? "teams.members.one" : "teams.members", { n: count(team.members) }), either(team.district?.name), team.sums ? t("teams.sums", { mass: mass(team.sums.reduction_g), actions: count(team.sums.actions), points: count(team.sums.points) }) : null].filter(Boolean).join(" · ")),
      team.code ? h("p", { class: "note team-code" }, t("teams.code.tell", { code: team.code })) : null,
    ),
    h("div", { class: "entry-buttons" }, leave),
  );
}
