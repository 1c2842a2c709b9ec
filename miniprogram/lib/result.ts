// What became of a scan or of a journey told more exactly, in words and figures.
import type { Schema } from "./client";
import { count, mass, t } from "./texts";
import type { Key } from "./texts";

export type Record_ = Pick<Schema<"ScanAnswer">, "footprint" | "offset" | "offset_status" | "certificate"> & {
  outcome: "joined" | "already_joined" | "present" | "refined";
  points?: Partial<Schema<"PointsEarned">>;
  companion?: Schema<"CompanionBrief">;
  waiting_g?: number;
};
const TITLES: Record<string, Key> = { joined: "result.joined", already_joined: "result.again", present: "result.again", refined: "result.refined" };
const UNMET: Record<string, string> = { pool_exhausted: "result.exhausted", held: "result.held", frozen: "result.frozen", paused: "result.paused" };

export function resultOf(answer: Record_) {
  const { companion, offset, points } = answer;
  const title = companion ? t(answer.outcome === "joined" ? "companion.joined" : "companion.again", { who: t(`companion.who.${companion.kind}` as Key, { serial: companion.badge_serial }) }) : t(TITLES[answer.outcome]);
  const figures: { term: string; text: string; note: string; isMain: boolean }[] = [];
  const add = (term: string, text: string, isMain = false, note = "") => figures.push({ term, text, note, isMain });
  if (offset && offset.claim !== "contribution") add(t("result.offset"), mass(offset.grams), true, t(`result.${offset.kind}` as Key));
  if (offset && offset.claim === "contribution") {
    // Offset and contribution are two things: neither is ever shown as the other.
    if (offset.grams > offset.contribution_g) add(t("result.offset"), mass(offset.grams - offset.contribution_g), true);
    add(t("result.contributed"), mass(offset.contribution_g), true, t("result.contributed.chip"));
  }
  add(`${t("result.footprint")} ±${answer.footprint.uncertainty_pct}%`, mass(answer.footprint.total_g), !offset);
  if (answer.outcome === "joined" && !companion) add(t("result.points"), points?.capped_by ? t("result.points.withheld") : `+${count(points?.earned ?? 0)}`);
  if (points?.pending) add(t("result.points.pending"), count(points.pending));
  if (offset?.points_paid) add(t("result.paid"), count(offset.points_paid));
  if (!companion && points?.balance !== undefined) add(t("result.balance"), count(points.balance));
  const credits = (offset?.allocations ?? []).map((credit) => ({ mass: mass(credit.grams), project: credit.project, ref: credit.retirement_ref, serials: `${credit.serial_from} – ${credit.serial_to}` }));
  return {
    title,
    again: answer.outcome === "already_joined" ? t("result.again.text") : "",
    figures,
    credits,
    contribution: offset?.claim === "contribution" ? t("result.contributed.text") : "",
    unmet: offset && !answer.waiting_g ? null : unmetOf(answer),
    status: answer.offset_status,
  };
}

function unmetOf(answer: Record_): { title: string; text: string } {
  if (answer.offset) return { title: `${t("result.rest")}${t("mini.colon")}${t("result.waiting", { mass: mass(answer.waiting_g ?? 0) })}`, text: t("result.rest.text") };
  const key = UNMET[answer.offset_status] ?? "result.none";
  return { title: t(key as Key), text: t(`${key}.text` as Key) };
}
