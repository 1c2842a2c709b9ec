// A citizen's teams: joined by a code, started, left.
import { confirm } from "../shared/confirm.js";
import { byId, h } from "../shared/dom.js";
import { count, either, mass, t } from "../shared/i18n.js";

export function readTeams(account, section) {
  const again = () => {
    section.isStale = true;
    return section.open();
  };
  const send = (form, button, path, bodyOf) =>
    byId(form).addEventListener("submit", async (submitted) => {
      submitted.preventDefault();
      const body = bodyOf(new FormData(byId(form)));
      const answer = await section.press(byId(button), [path, body], (key) => account.post(path, body, key));
      if (answer === null) return;
      byId(form).reset();
      await again();
    });
  send("team-join", "team-join-send", "/v1/team-joinings", (told) => ({ code: told.get("code").trim() }));
  send("team-new", "team-new-send", "/v1/teams", (told) => ({ kind: told.get("kind"), name: told.get("name").trim() }));
  return async () => {
    const { items } = await account.ask("/v1/me/teams");
    byId("teams").replaceChildren(...(items.length > 0 ? items.map((team) => row(account, section, team, again)) : [h("li", { class: "note" }, t("teams.none"))]));
  };
}

function row(account, section, team, again) {
  const leave = h("button", { class: "button quiet tiny", type: "button", "data-leave": team.id }, t("teams.leave"));
  leave.addEventListener("click", () =>
    confirm({
      title: t("teams.leave.sure", { name: team.name }),
      texts: [t("teams.leave.text")],
      yes: t("teams.leave.yes"),
      perform: async (button, place) => {
        const left = await section.press(button, ["leave", team.id], async () => (await account.session.ask(`/v1/me/teams/${team.id}`, { method: "DELETE" })) ?? true, place);
        if (left === null) return null;
        byId("dialog").close();
        await again();
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
      h("p", { class: "entry-name" }, team.name, " ", h("span", { class: "chip solid" }, t(`teams.kind.${team.kind}`))),
      h("p", { class: "note" }, [t(team.members === 1 ? "teams.members.one" : "teams.members", { n: count(team.members) }), either(team.district?.name), team.sums ? t("teams.sums", { mass: mass(team.sums.reduction_g), actions: count(team.sums.actions), points: count(team.sums.points) }) : null].filter(Boolean).join(" · ")),
      team.code ? h("p", { class: "note team-code" }, t("teams.code.tell", { code: team.code })) : null,
    ),
    h("div", { class: "entry-buttons" }, leave),
  );
}
