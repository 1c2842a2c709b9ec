// How much to offset, and what that is: an offset, a contribution where the organiser offsets a source, or both.
import type { Schema } from "./client";
import { count, mass, t } from "./texts";
import type { Key } from "./texts";

export interface Share {
  choice: "all" | "half" | "share" | "none";
  pct: number;
  withPoints: boolean;
}
const SHARES: Record<string, number> = { all: 100, half: 50, none: 0 };
const KG_G = 1000;

export const pctOf = ({ choice, pct }: Share): number => SHARES[choice] ?? pct;

/** The request's `offset`, or nothing for none. */
export function requestOf(share: Share): Schema<"OffsetRequest"> | undefined {
  const pct = pctOf(share);
  if (pct === 0) return undefined;
  return share.withPoints ? { share: pct, pay_with: "points" } : { share: pct };
}

/** What the organiser neutralises comes last: grams beyond the other sources are a contribution. */
function ownG({ lines, categories }: Schema<"Footprint">): number {
  const kept = (categories ?? []).reduce((sum, each) => sum + each.emission_g - each.neutralised_g, 0);
  return lines.reduce((sum, line) => sum + (line.neutralised_by_organiser ? 0 : line.emission_g), kept);
}

/** The button's words and the sentence above it; grams are null where nothing is to be offset. */
export function told(footprint: Schema<"Footprint">, share: Share, isJoined: boolean, price: Schema<"PointsOffsetView"> | null | undefined, balance: number | null) {
  const grams = Math.ceil((footprint.total_g * pctOf(share)) / 100);
  const own = ownG(footprint);
  const kind = grams <= own ? "" : own === 0 ? ".contribution" : ".both";
  const facts = { mass: mass(grams), own: mass(Math.min(grams, own)), rest: mass(Math.max(0, grams - own)) };
  if (!grams) return { button: t(isJoined ? "phone.offset.none" : "phone.join.only"), text: t("phone.offset.nothing"), grams };
  const button = t(`${isJoined ? "phone.offset.now" : "phone.join"}${kind}` as Key, facts);
  const sentences = [t(`phone.offset.told${kind}` as Key, facts)];
  if (!share.withPoints || !price) sentences.push(t("phone.pay.sponsor.text"));
  else {
    sentences.push(t("phone.pay.price", { points: count(Math.ceil((grams * price.points_per_kg) / KG_G)), price: count(price.points_per_kg), left: count(price.points_left) }));
    if (balance !== null) sentences.push(t("phone.pay.balance", { balance: count(balance) }));
  }
  return { button, text: sentences.join(" "), grams };
}
