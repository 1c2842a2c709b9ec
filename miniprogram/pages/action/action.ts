// One action, explained: what was credited, by which factors, and what became of it.
import type { Schema } from "../../lib/client";
import { page } from "../../lib/page";
import { ask } from "../../lib/session";
import { count, dayOf, either, mass, momentOf, plain, t, word } from "../../lib/texts";

type Act = Schema<"ActionDetail">;

page(
  "action",
  { name: "", mass: "", reason: "", facts: [] as { term: string; text: string }[], formula: "", factors: [] as { text: string; id: string }[] },
  {
    opened({ id = "" }: Record<string, string | undefined>) {
      return this.read(async (options) => {
        const act = await ask("get", "/v1/me/actions/{id}", { path: { id } }, options);
        this.setData({
          name: either(act.name),
          mass: mass(act.reduction_g),
          reason: act.reason ? [either(act.reason.text), act.reason.note ? t("act.said", { note: act.reason.note }) : "", act.expected_by ? t("act.expected", { at: momentOf(act.expected_by) }) : ""].filter(Boolean).join(" ") : "",
          facts: factsOf(act),
          formula: act.formula ?? "",
          factors: act.explanation.map((line) => ({ text: `${either(line.name)}${t("mini.colon")}${plain(line.value)}${line.unit === "1" ? "" : ` ${line.unit}`} · ${word("kind", line.source_kind)}`, id: line.factor_id })),
        });
      });
    },
  },
);

function factsOf(act: Act): { term: string; text: string }[] {
  const unit = either(act.unit_name);
  const quantity = act.quantity === null ? t("act.quantity.silent") : act.quantity === act.credited_quantity ? `${plain(act.quantity)} ${unit}` : t("act.quantity.told", { told: plain(act.quantity), credited: plain(act.credited_quantity), unit });
  const moved = act.transfers.map((each) => t("act.points.lot", { points: `${each.points > 0 ? "+" : ""}${count(each.points)}`, day: dayOf(each.expires_on) }));
  const facts = [
    [t("act.at"), momentOf(act.occurred_at)],
    [t("act.quantity"), quantity],
    [t("act.tier"), word("tier", act.tier)],
    [t("act.where"), either(act.scene ?? act.event)],
    [t("act.baseline"), either(act.baseline)],
    ...act.reductions.filter(({ removed }) => removed !== 0).map((each) => [t("act.removed"), `${removedOf(each, unit)} · ${word("cap", each.rule)}`]),
    [t("act.points"), moved.length === 0 ? t("act.points.none") : moved.join(t("list.comma"))],
    [t("act.review"), act.review ? [word("act.review.state", act.review.state), act.review.reason].filter(Boolean).join(" · ") : ""],
    [t("act.reversal"), act.reversal ? t("act.reversal.told", { at: momentOf(act.reversal.reversed_at), reason: act.reversal.reason, points: count(act.reversal.points) }) : ""],
    // A reduction that is only self-declared cannot be donated, so it has no claim to show.
    [t("act.claim"), act.claim_state && act.tier !== "E5" ? [word("claim", act.claim_state), either(act.claim?.cause?.name)].filter(Boolean).join(" · ") : ""],
  ];
  return facts.filter(([, text]) => text).map(([term, text]) => ({ term, text }));
}

/** What a rule took off: grams and points by their own names, everything else in the method's unit. */
function removedOf({ removed, unit }: Schema<"Reduced">, named: string): string {
  if (unit === "gCO2e") return mass(removed);
  return unit === "point" ? t("act.removed.points", { points: count(removed) }) : `${plain(removed)} ${named}`;
}
