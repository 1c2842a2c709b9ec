// The account at a glance: points, reductions, level and medals, and the way to everything else.
import { go, page } from "../../lib/page";
import { ask, askOpen } from "../../lib/session";
import { count, either, mass, t } from "../../lib/texts";

const MENU = ["certificates", "points", "reports", "quiz", "teams", "companions", "redemptions", "notices", "consents", "guardian", "privacy", "settings"] as const;

page(
  "account",
  {
    points: "",
    pending: "",
    reduction: "",
    self: "",
    attended: null as null | { count: string; footprint: string; offset: string },
    level: "",
    levelLeft: "",
    levelPct: 0,
    medals: [] as { code: string; name: string; note: string; isEarned: boolean }[],
    kinds: [] as { code: string; name: string; note: string; mass: string; width: number }[],
    menu: [] as { path: string; name: string; note: string }[],
  },
  {
    shown() {
      const named = (note = "") => MENU.map((path) => ({ path, name: t(`mini.title.${path}` as "mini.title.points"), note: path === "notices" ? note : "" }));
      this.setData({ menu: named() });
      return this.read(async (options) => {
        const [summary, points, { earned, progress, level }, notices, methods] = await Promise.all([ask("get", "/v1/me/summary", {}, options), ask("get", "/v1/me/points", {}, options), ask("get", "/v1/me/medals", {}, options), ask("get", "/v1/me/notices", { query: { limit: 1 } }, options), askOpen("get", "/v1/methods", {}, options)]);
        const names = new Map(methods.items.map(({ code, name }) => [code, either(name)]));
        const most = Math.max(1, ...summary.by_method.map(({ reduction_g }) => reduction_g));
        this.setData({
          points: count(summary.balance),
          pending: points.pending?.points ? t("mini.account.pending", { points: count(points.pending.points) }) : "",
          reduction: mass(summary.reduction_g),
          self: mass(summary.self_declared_g),
          attended: summary.attendances ? { count: count(summary.attendances), footprint: mass(summary.footprint_g), offset: mass(summary.offset_g) } : null,
          level: either(level.level.name),
          levelLeft: level.next ? t("overview.level.left", { mass: mass(level.left_g ?? 0), name: either(level.next.name) }) : t("overview.level.top"),
          levelPct: level.next ? Math.min(100, Math.max(0, Math.round((100 * (level.verified_g - level.level.from_g)) / (level.next.from_g - level.level.from_g)))) : 100,
          medals: medalsOf(earned, progress),
          kinds: summary.by_method.map((kind) => ({ code: kind.method, name: names.get(kind.method) ?? kind.method, note: t("overview.kind", { actions: count(kind.actions), points: count(kind.points) }), mass: mass(kind.reduction_g), width: Math.round((100 * kind.reduction_g) / most) })),
          menu: named(notices.unread ? t("mini.notices.unread", { n: count(notices.unread) }) : ""),
        });
      });
    },
    open({ currentTarget }: WechatMiniprogram.TouchEvent) {
      go(currentTarget.dataset.path);
    },
  },
);

type Medal = { code: string; level: number; name: object };

/** One tile a medal: the highest level earned, and the way to the next. */
function medalsOf(earned: Medal[], progress: (Medal & { value: number; at: number; unit: object })[]) {
  const codes = [...new Set([...earned, ...progress].map(({ code }) => code))];
  return codes.map((code) => {
    const had = earned.filter((each) => each.code === code).sort((one, other) => other.level - one.level)[0];
    const next = progress.find((each) => each.code === code);
    return { code, name: either((had ?? next)?.name), note: next ? t("overview.medal.progress", { value: count(next.value), at: count(next.at), unit: either(next.unit) }) : t("overview.medal.done"), isEarned: had !== undefined };
  });
}
