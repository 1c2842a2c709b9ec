// The citizen's teams, joined by a code, started or left; and the city's leaderboard for those who agreed to be on it.
import { newKey } from "../../lib/client";
import { confirmed, page } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, either, mass, t } from "../../lib/texts";
import type { Key } from "../../lib/texts";

const SHOWN = 10;
const KINDS = ["company", "school", "community"] as const;

page(
  "teams",
  {
    teams: [] as { id: string; name: string; kind: string; told: string; code: string }[],
    isEmpty: false,
    joinCode: "",
    newName: "",
    kinds: [] as string[],
    kind: 0,
    board: [] as { rank: string; name: string; mass: string; isMe: boolean }[],
    boardMe: "",
    boardShown: "",
    isRanked: false,
  },
  {
    // What was pressed and not answered keeps its key.
    keys: { join: "", start: "" },
    shown() {
      this.keys = { join: newKey(), start: newKey() };
      this.setData({ kinds: KINDS.map((kind) => t(`teams.kind.${kind}` as Key)) });
      return this.read((options) => this.readAll(options));
    },
    async readAll(options: object = {}) {
      const [teams, consents, profile] = await Promise.all([ask("get", "/v1/me/teams", {}, options), ask("get", "/v1/me/consents", {}, options), ask("get", "/v1/me/profile", {}, options)]);
      const board = await ask("get", "/v1/leaderboards/{board}", { path: { board: "city" }, query: { period: "month", limit: SHOWN } as never }, options);
      const isRanked = consents.items.some(({ scope, is_granted }) => scope === "leaderboard" && is_granted);
      this.setData({
        isEmpty: teams.items.length === 0,
        teams: teams.items.map((team) => ({
          id: team.id,
          name: team.name,
          kind: t(`teams.kind.${team.kind}` as Key),
          told: [team.members === 1 ? t("teams.members.one") : t("teams.members", { n: count(team.members) }), either(team.district?.name), team.sums ? t("teams.sums", { mass: mass(team.sums.reduction_g), actions: count(team.sums.actions), points: count(team.sums.points) }) : ""].filter(Boolean).join(" · "),
          code: team.code ? t("teams.code.tell", { code: team.code }) : "",
        })),
        isRanked,
        boardShown: isRanked ? t("board.shown", { name: either(profile.shown_as) }) : "",
        boardMe: !isRanked ? "" : board.me?.rank ? t("board.me", { rank: count(board.me.rank), mass: mass(board.me.reduction_g) }) : t("board.me.none"),
        board: board.items.map((each) => ({ rank: count(each.rank), name: either(each.name), mass: mass(each.reduction_g), isMe: each.is_me })),
      });
    },
    typeCode({ detail }: WechatMiniprogram.Input) {
      this.setData({ joinCode: detail.value });
    },
    typeName({ detail }: WechatMiniprogram.Input) {
      this.setData({ newName: detail.value });
    },
    chooseKind({ detail }: WechatMiniprogram.PickerChange) {
      this.setData({ kind: Number(detail.value) });
    },
    async join() {
      const code = this.data.joinCode.trim();
      if (!code) return;
      const team = await this.perform((options) => ask("post", "/v1/team-joinings", { body: { code } }, { ...options, key: this.keys.join }));
      if (team) await this.settled();
    },
    async start() {
      const name = this.data.newName.trim();
      if (!name) return;
      const team = await this.perform((options) => ask("post", "/v1/teams", { body: { name, kind: KINDS[this.data.kind] } }, { ...options, key: this.keys.start }));
      if (team) await this.settled();
    },
    async settled() {
      this.keys = { join: newKey(), start: newKey() };
      this.setData({ joinCode: "", newName: "" });
      await this.read((options) => this.readAll(options));
    },
    async leave({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { id, name } = currentTarget.dataset;
      if (!(await confirmed(t("teams.leave.sure", { name }), t("teams.leave.text")))) return;
      const left = await this.perform(async (options) => {
        await ask("delete", "/v1/me/teams/{id}", { path: { id } }, options);
        return true;
      });
      if (left) await this.settled();
    },
    async rank({ detail }: WechatMiniprogram.SwitchChange) {
      const done = await this.perform(async (options) => {
        const { items } = await ask("get", "/v1/me/consents", {}, options);
        const policy_version = items.find(({ scope }) => scope === "leaderboard")?.policy_in_force;
        return ask("post", "/v1/me/consents", { body: { scope: "leaderboard", granted: detail.value, policy_version } }, options);
      });
      this.setData({ isRanked: done ? detail.value : !detail.value });
      if (done) await this.read((options) => this.readAll(options));
    },
  },
);
