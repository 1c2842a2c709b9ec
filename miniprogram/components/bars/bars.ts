// A footprint as bars: one row per source, always the same rows in the same order; a tap shows how a row was worked out.
import type { Schema } from "../../lib/client";
import { mass, plain, t, word } from "../../lib/texts";

type Footprint = Pick<Schema<"Footprint">, "lines" | "boundary"> & { categories?: Schema<"Footprint">["categories"] };
type Line = Schema<"FootprintLine">;
const CORE = ["travel_intercity", "airport_transfer", "travel_local", "lodging"];
const EXTENDED = [...CORE, "meals", "venue_energy", "materials", "waste"];

Component({
  properties: { footprint: { type: Object, value: null as unknown as Footprint, optionalTypes: [] } },
  data: { rows: [] as { source: string; name: string; mass: string; width: number; isZero: boolean; lines: { text: string; factor: string }[] }[], open: "" },
  observers: {
    footprint(footprint: Footprint | null) {
      if (footprint?.lines) this.setData({ rows: rowsOf(footprint) });
    },
  },
  methods: {
    toggle({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { source } = currentTarget.dataset;
      this.setData({ open: this.data.open === source ? "" : source });
    },
  },
});

function rowsOf(footprint: Footprint) {
  const sums = new Map<string, number>();
  // Of a journey that is not kept only the sums of its sources come back.
  const kept = footprint.categories ?? [];
  for (const each of kept) sums.set(each.source, each.emission_g);
  for (const line of footprint.lines) sums.set(line.source, (sums.get(line.source) ?? 0) + line.emission_g);
  const usual = footprint.boundary === "core" ? CORE : EXTENDED;
  const sources = [...usual, ...[...sums.keys()].filter((source) => !usual.includes(source))];
  const most = Math.max(1, ...sums.values());
  return sources.map((source) => {
    const grams = sums.get(source) ?? 0;
    const own = footprint.lines.filter((line) => line.source === source);
    const isSum = kept.some((each) => each.source === source);
    const none = [{ text: t(isSum ? "phone.line.sum" : "phone.line.zero"), factor: "" }];
    return { source, name: word("source", source), mass: grams === 0 ? t("phone.zero") : mass(grams), width: Math.round((100 * grams) / most), isZero: grams === 0, lines: isSum || own.length === 0 ? none : own.map(told) };
  });
}

function told(line: Line): { text: string; factor: string } {
  const unit = line.quantity === 1 ? word("unit", `${line.unit}.one`) : "";
  const named = unit && unit !== `${line.unit}.one` ? unit : word("unit", line.unit);
  const parts = [
    `${t("phone.line", { quantity: plain(line.quantity), unit: named, factor: plain(line.factor_g) })} = ${mass(line.emission_g)}`,
    line.note ? word("note", line.note) : "",
    line.event_share_pct ? t("line.event_share", { pct: line.event_share_pct }) : "",
    line.defaults.length > 0 ? t("phone.line.default") : "",
  ];
  return { text: parts.filter(Boolean).join(" · "), factor: `${t("phone.line.factor")} ${line.factor_ids.join(" · ")} · ${word("kind", line.source_kind)}` };
}
