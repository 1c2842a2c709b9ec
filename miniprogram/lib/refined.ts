// A journey told more exactly: the footprint before and after, and what became of the difference and of the points.
import type { Schema } from "./client";
import type { Record_ } from "./result";
import { count, mass, t } from "./texts";
import type { Key } from "./texts";

type Footprint = Schema<"Footprint">;

export function compare(before: Footprint, after: Footprint): { term: string; text: string }[] {
  const change = after.total_g - before.total_g;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "";
  return [
    { term: `${t("refine.before")} ±${before.uncertainty_pct}%`, text: mass(before.total_g) },
    { term: `${t("refine.after")} ±${after.uncertainty_pct}%`, text: mass(after.total_g) },
    { term: t("refine.change"), text: `${sign}${mass(Math.abs(change))}` },
  ];
}

export function refinedSentences(record: Record_, answer: Schema<"JourneyAnswer">): string[] {
  const moved = Math.abs((answer.offset?.grams ?? 0) - (record.offset?.grams ?? 0));
  const lines = compare(record.footprint, answer.footprint).map(({ term, text }) => `${term}${t("mini.colon")}${text}`);
  if (answer.delta_g === 0) lines.push(t("refine.same"));
  if (answer.difference === "none") lines.push(t(answer.offset ? "refine.difference.none" : "refine.difference.none.nothing"));
  // Grams beyond the attendee's own sources are no offset: then only the contribution is named.
  else if (answer.difference === "allocated") lines.push(t(answer.offset?.claim === "contribution" ? "refine.difference.contributed" : "refine.difference.allocated", { mass: mass(moved) }));
  else lines.push(t(`refine.difference.${answer.difference}` as Key, { mass: mass(["waiting", "held", "frozen", "paused"].includes(answer.difference) ? answer.waiting_g : moved) }));
  if (answer.points_paid > 0) lines.push(t("refine.points.paid", { points: count(answer.points_paid) }));
  if (answer.points_paid < 0) lines.push(t("refine.points.back", { points: count(-answer.points_paid) }));
  return lines;
}
