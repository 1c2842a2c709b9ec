// The venue's texts join the others; imported before anything that speaks of it.
import VENUE_TEXTS from "../../venue_texts.js";
import { addTexts } from "./i18n.js";

addTexts(VENUE_TEXTS);

/** A text in both languages, for what a crowd reads. */
export function both(key, facts = {}) {
  const filled = (text) => text.replace(/\{(\w+)\}/g, (all, name) => (name in facts ? String(facts[name]) : all));
  return [filled(VENUE_TEXTS[key]["zh-CN"]), filled(VENUE_TEXTS[key].en)];
}
