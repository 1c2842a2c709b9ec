// Rewards with their price, stock and coupon codes, and how they are taken up.
import { byId, h, tell } from "../shared/dom.js";
import { count, either, momentOf, t } from "../shared/i18n.js";
import { save } from "../shared/files.js";
import { bothLanguages, deskForm, reasonField } from "./desk_form.js";
import { DeskList } from "./desk_list.js";

const KINDS = /** @type {const} */ (["goods", "coupon", "ticket", "donation"]);
const CODES_MAX = 20_000;
/** @typedef {ItemOf<"/v1/rewards">} Reward */

/** @type {DeskList} */
const desk = new DeskList({ path: "/v1/rewards", rowOf });
const isSignedOut = (/** @type {any} */ error) => desk.signIn.isSignedOut(error);

byId("desk-create").append(
  deskForm({
    summary: "ops.rewards.create",
    go: "ops.create.go",
    fields: [
      { name: "slug", label: "ops.slug", isRequired: true, max: 64 },
      { name: "kind", label: "ops.kind", options: KINDS.map((kind) => [kind, t(`ops.reward.${kind}`)]), isRequired: true },
      ...fieldsOf(null),
      { name: "merchant", label: "ops.merchant", max: 64, hint: "ops.merchant.hint" },
      { name: "has_codes", label: "ops.has.codes", kind: "flag" },
      reasonField(),
    ],
    send: async (body) => desk.show(await desk.post("/v1/rewards", body)),
    isSignedOut,
  }),
);
desk.start();

/** What is told of a new reward and changed of an old one. @param {Reward | null} reward @returns {import("./desk_form.js").DeskField[]} */
function fieldsOf(reward) {
  const isNullable = reward !== null;
  return [
    ...bothLanguages(reward?.name),
    ...bothLanguages(reward?.about, "about", "ops.about").map((field) => ({ ...field, kind: /** @type {const} */ ("area"), max: 2000 })),
    { name: "cost_points", label: "ops.cost", kind: "number", value: reward?.cost_points, isRequired: true },
    { name: "stock", label: "ops.stock", kind: "number", value: reward?.stock, isNullable, hint: "ops.stock.hint" },
    { name: "per_person_max", label: "ops.per.person", kind: "number", value: reward?.per_person_max, isNullable },
    { name: "opens_at", label: "ops.opens", kind: "instant", value: reward?.opens_at, isNullable },
    { name: "closes_at", label: "ops.closes", kind: "instant", value: reward?.closes_at, isNullable },
    { name: "voucher_days", label: "ops.voucher.days", kind: "number", value: reward?.voucher_days ?? undefined },
    { name: "is_open", label: "ops.open", kind: "flag", value: reward ? reward.state !== "closed" : undefined },
  ];
}

/** @param {Reward} reward */
function rowOf(reward) {
  const at = `/v1/rewards/${encodeURIComponent(reward.slug)}`;
  const figures = h("p", { class: "note", hidden: true });
  const told = h("details", { class: "account-changes" }, h("summary", {}, t("ops.figures")), figures);
  told.addEventListener("toggle", () => told.open && showFigures(at, figures));
  return {
    key: reward.slug,
    title: either(reward.name),
    chips: [reward.slug, t(`ops.reward.${reward.kind}`), t(`ops.reward.state.${reward.state}`)],
    facts: /** @type {[string, string | null][]} */ ([
      ["ops.cost", count(reward.cost_points)],
      ["ops.stock.left", reward.stock === null ? t("ops.stock.none") : `${count(reward.stock_left ?? 0)} / ${count(reward.stock)}`],
      ["ops.merchant", reward.merchant ? either(reward.merchant) : null],
      ["ops.closes", reward.closes_at ? momentOf(reward.closes_at) : null],
    ]),
    more: [
      deskForm({ summary: "ops.change", go: "ops.change.go", fields: [...fieldsOf(reward), reasonField()], send: (body) => desk.change(at, body, reward), isSignedOut }),
      told,
      reward.has_codes ? codesForm(at, reward) : null,
    ],
  };
}

/** Codes made here; a merchant's own are brought on the page of files. @param {string} at @param {Reward} reward */
function codesForm(at, reward) {
  const form = deskForm({
    summary: "ops.codes.create",
    go: "ops.codes.go",
    fields: [{ name: "count", label: "ops.codes.count", kind: "number", isRequired: true, max: CODES_MAX }, reasonField()],
    send: async (body) => {
      const made = await desk.post(`${at}/generated-codes`, body);
      save(new Blob([made.codes.join("\r\n"), "\r\n"], { type: "text/plain" }), `${reward.slug}-codes.txt`);
      desk.show({ ...reward, stock: made.stock, stock_left: made.stock_left });
    },
    isSignedOut,
  });
  return h("div", {}, form, h("a", { href: "/staff/files" }, t("ops.codes.file")));
}

/** @param {string} at @param {HTMLElement} line */
async function showFigures(at, line) {
  try {
    const found = await desk.ask(`${at}/figures`);
    tell(line, t("ops.figures.told", { redeemed: count(found.redeemed), points: count(found.points), used: count(found.used), expired: count(found.expired), cancelled: count(found.cancelled) }));
  } catch (error) {
    desk.fail(line, error);
  }
}
