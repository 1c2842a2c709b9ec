// An event: the attendee's footprint, five taps, how much to offset, and one button to join; afterwards the record.
import { Refused, clock, newKey } from "../../lib/client";
import type { Options, Schema } from "../../lib/client";
import { choicesFor, journeyOf, valuesOf, wrongNumbers } from "../../lib/journey";
import type { Choice, Values } from "../../lib/journey";
import { keepJoin, keptJoin, sendJoin } from "../../lib/joining";
import { certificateQuery } from "../../lib/links";
import { keepLines } from "../../lib/lines";
import { requestOf, told } from "../../lib/offset";
import type { Share } from "../../lib/offset";
import { go, page, tell } from "../../lib/page";
import { resultOf } from "../../lib/result";
import type { Record_ } from "../../lib/result";
import { compare, refinedSentences } from "../../lib/refined";
import { ask, askOpen } from "../../lib/session";
import { keep, recall } from "../../lib/store";
import { daysOf, either, mass, t } from "../../lib/texts";
import type { Both } from "../../lib/texts";

type Event = NonNullable<Schema<"CodeView">["event"]>;
type Footprint = Schema<"Footprint">;
type Stage = "reading" | "join" | "offset" | "refine" | "record";
const TYPING_MS = 600;
const CITY_REFUSALS = ["unknown_city", "city_ambiguous"];
const NOT_PAID = ["budget_exhausted", "points_insufficient"];
const REVISABLE = ["running", "accounting"];
const WAITING = ["pool_exhausted", "held", "frozen", "paused"];
const STEP_S = 30;
const TICKET_STEPS = 20;
const NIGHTS_MAX = 60;
const SUGGESTIONS = 5;

page(
  "event",
  {
    stage: "reading" as Stage,
    name: "",
    place: "",
    boundary: "",
    footprint: null as Footprint | null,
    total: "",
    uncertainty: "",
    basis: "",
    values: {} as Values,
    choices: [] as Choice[],
    mayMore: false,
    showsMore: false,
    isLong: false,
    cities: [] as string[],
    cityError: "",
    wantsDistance: false,
    wrong: {} as Record<string, string>,
    estimateError: "",
    share: { choice: "all", pct: 30, withPoints: false } as Share,
    shares: [] as { value: string; label: string }[],
    mayPay: false,
    offsetText: "",
    button: "",
    mayPress: true,
    whoms: [] as { value: string; label: string }[],
    whom: "me",
    isBadge: false,
    isKept: null as boolean | null,
    keepAbout: "",
    venueLeft: "",
    result: null as ReturnType<typeof resultOf> | null,
    certificate: null as Record<string, string> | null,
    mayOffset: false,
    mayRefine: false,
    hasPass: false,
    broughtSome: false,
    compared: [] as { term: string; text: string }[],
    sentences: [] as string[],
  },
  {
    code: "",
    opensWith: "",
    event: null as unknown as Event,
    category: null as Schema<"CodeView">["category"],
    record: null as Record_ | null,
    refusedCity: null as string | null,
    balance: null as number | null,
    estimates: 0,
    timer: 0,
    ticking: 0,

    opened({ code = "" }: Record<string, string | undefined>) {
      this.code = this.opensWith = code;
      this.event = null as unknown as Event;
      this.translated();
      return this.read((options) => this.open(options));
    },
    closed() {
      clearTimeout(this.timer);
      clearInterval(this.ticking);
    },
    translated() {
      this.setData({
        shares: (["all", "half", "share", "none"] as const).map((value) => ({ value, label: t(`phone.offset.${value}`) })),
        whoms: (["me", "child", "elder", "other"] as const).map((value) => ({ value, label: t(`companion.${value}`) })),
      });
      if (this.event) this.showForms();
    },

    async open(options: Partial<Options>) {
      const before = recall<{ code: string; view: Schema<"CodeView"> }>("read-code");
      const view = before && before.code === this.code ? before.view : await ask("get", "/v1/codes/{code}", { path: { code: this.code } }, options);
      keep("read-code", null);
      if (view.ticket) this.code = view.ticket;
      this.event = view.event as Event;
      this.category = view.category ?? null;
      const { event } = this;
      const { text, days } = daysOf(event.starts_at, event.ends_at);
      const values = { ...recall<Values>(`journey.${event.slug}`), days: String(days) };
      this.setData({
        name: either(event.name),
        place: [event.city, text, days > 1 ? t("phone.days", { days }) : t("phone.day")].join(" · "),
        boundary: t(`boundary.long.${event.boundary}`),
        values,
        isLong: days > 1,
        mayMore: event.journey_rules !== "2026.1",
        mayPay: Boolean(event.points_offset),
        isBadge: this.opensWith.startsWith("B"),
        hasPass: ["accepted", "running"].includes(event.state),
        broughtSome: recall<boolean>(`brought.${event.slug}`) === true,
      });
      this.showFootprint(event.default_footprint);
      this.watchVenueCode();
      const kept = keptJoin();
      if (kept && kept.code === this.opensWith) {
        this.toStage("join");
        await this.send();
        return;
      }
      const mine = await this.myRecord(options);
      if (mine) this.showRecord(mine);
      else {
        this.toStage("join");
        if (this.journey() || this.category) this.estimate();
      }
      this.offerKeeping();
      this.nameCity();
    },
    /** The event carries its city's Chinese name; the list of cities has both. */
    async nameCity() {
      const { city } = this.event;
      const found = await askOpen("get", "/v1/cities", { query: { query: city } as never }).catch(() => null);
      const known = found?.items.find(({ name }) => Object.values(name).includes(city));
      if (known) this.setData({ place: this.data.place.replace(city, either(known.name as Both)) });
    },

    /** The attendance that is there already; another badge than the citizen's own is a companion's. */
    async myRecord(options: Partial<Options>): Promise<Record_ | null> {
      const joined = recall<{ code: string }>(`joined.${this.event.slug}`);
      if (!joined || (this.opensWith.startsWith("B") && joined.code !== this.opensWith)) return null;
      try {
        const mine = await ask("get", "/v1/events/{slug}/me", { path: { slug: this.event.slug } }, options);
        const { waiting } = mine;
        const journey = mine.revisions[mine.revisions.length - 1]?.journey;
        if (journey && !this.journey()) this.setData({ values: { ...this.data.values, ...valuesOf(journey as Record<string, unknown>) } });
        return { ...mine, outcome: "present", offset_status: mine.offset ? "allocated" : waiting ? waiting.reason : "none", waiting_g: waiting?.grams ?? 0, points: {} };
      } catch (error) {
        if (error instanceof Refused && error.code === "attendance_not_found") return null;
        throw error;
      }
    },

    // The journey

    journey() {
      return journeyOf(this.data.values, this.data.mayMore, this.refusedCity);
    },
    pick({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { name, value } = currentTarget.dataset;
      // A tap on what is chosen takes it back.
      this.changed(name, this.data.values[name] === value ? "" : value);
    },
    nights({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const by = Number(currentTarget.dataset.by);
      const { nights } = this.data.values;
      const now = nights ? Number(nights) : by > 0 ? 0 : 1;
      this.changed("nights", String(Math.min(NIGHTS_MAX, Math.max(0, now + by))));
    },
    number({ currentTarget, detail }: WechatMiniprogram.Input) {
      this.changed(currentTarget.dataset.name, detail.value, TYPING_MS);
    },
    city({ detail }: WechatMiniprogram.Input) {
      this.refusedCity = null;
      this.setData({ cityError: "", wantsDistance: false });
      this.changed("from_city", detail.value.trim(), TYPING_MS);
      this.suggest(detail.value.trim());
    },
    async suggest(query: string) {
      if (!query) return this.setData({ cities: [] });
      // Suggestions are a help: without them the city is typed.
      const found = await askOpen("get", "/v1/cities", { query: { query } as never }).catch(() => null);
      if (found && this.data.values.from_city === query) this.setData({ cities: found.items.filter(({ name }) => !Object.values(name).includes(query)).slice(0, SUGGESTIONS).map(({ name }) => either(name as Both)) });
    },
    pickCity({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.refusedCity = null;
      this.setData({ cities: [], cityError: "", wantsDistance: false });
      this.changed("from_city", currentTarget.dataset.city);
    },
    clear() {
      this.refusedCity = null;
      this.setData({ values: { days: this.data.values.days }, cityError: "", wantsDistance: false, cities: [] });
      this.changed("from_city", "");
    },
    more() {
      this.setData({ showsMore: !this.data.showsMore });
    },
    changed(name: string, value: string, waitMs = 0) {
      const values: Values = { ...this.data.values, [name]: value };
      if (!value) delete values[name];
      keep(`journey.${this.event.slug}`, values);
      this.setData({ values, wrong: {} });
      this.showForms();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.estimate(), waitMs);
    },
    isWhole(): boolean {
      const wrong = wrongNumbers(this.data.values);
      this.setData({ wrong });
      return Object.keys(wrong).length === 0;
    },

    /** Ask what the journey would emit; an answer that was overtaken by a newer question is dropped. */
    async estimate() {
      const mine = (this.estimates += 1);
      if (!this.isWhole()) return;
      this.setData({ basis: t("phone.estimating") });
      try {
        const footprint = await askOpen("post", "/v1/events/{slug}/footprints", { path: { slug: this.event.slug }, body: { journey: this.journey(), category: this.category } });
        if (mine !== this.estimates) return;
        this.setData({ estimateError: "" });
        this.showFootprint(footprint);
      } catch (error) {
        if (mine !== this.estimates) return;
        if (!(error instanceof Refused)) throw error;
        this.setData({ basis: this.data.footprint ? t(`basis.long.${this.data.footprint.basis}`) : "" });
        if (CITY_REFUSALS.includes(error.code)) this.refuseCity(error);
        else this.setData({ estimateError: error.status === 0 ? t("phone.estimate.offline") : (error.problem.detail ?? error.message) });
      }
    },
    /** The server does not know the city, or several of its name: say so, and ask which, or how far. */
    refuseCity(error: Refused) {
      this.refusedCity = this.data.values.from_city ?? "";
      this.setData({ cityError: error.problem.detail ?? t("phone.city.unknown"), wantsDistance: error.code === "unknown_city" });
      if (this.journey()) this.estimate();
    },
    showFootprint(footprint: Footprint) {
      this.setData({ footprint, total: mass(footprint.total_g), uncertainty: `±${footprint.uncertainty_pct}%`, basis: t(`basis.long.${footprint.basis}`) });
      if (this.data.stage === "refine" && this.record) this.setData({ compared: compare(this.record.footprint, footprint) });
      this.showForms();
    },
    toStage(stage: Stage) {
      this.setData({ stage });
      this.showForms();
    },
    showForms() {
      const { footprint, share, values, stage } = this.data;
      this.setData({ choices: choicesFor(values, this.data.mayMore) });
      if (!footprint) return;
      const { button, text, grams } = told(footprint, share, stage === "offset", this.event.points_offset, this.balance);
      this.setData({ offsetText: text, button: stage === "refine" ? t("refine.send") : button, mayPress: stage === "refine" ? this.journey() !== null : stage === "join" || grams > 0 });
    },

    // How much

    choose({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.setData({ share: { ...this.data.share, choice: currentTarget.dataset.value } });
      this.showForms();
    },
    slide({ detail }: WechatMiniprogram.SliderChange) {
      this.setData({ share: { ...this.data.share, pct: detail.value } });
      this.showForms();
    },
    async pay({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const withPoints = currentTarget.dataset.value === "points";
      this.setData({ share: { ...this.data.share, withPoints } });
      if (withPoints) this.balance = await ask("get", "/v1/me", {}).then(({ balance }) => balance, () => null);
      this.showForms();
    },
    forWhom({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.setData({ whom: currentTarget.dataset.value });
    },

    // Joining

    press() {
      if (this.data.stage === "refine") return this.sendJourney();
      if (!this.isWhole()) return undefined;
      const body: Schema<"ScanRequest"> = { code: this.code };
      const journey = this.data.stage === "join" ? this.journey() : null;
      const offset = requestOf(this.data.share);
      if (journey) body.journey = journey;
      if (offset) body.offset = offset;
      if (this.data.isBadge && this.data.whom !== "me") body.companion = { kind: this.data.whom as Schema<"CompanionRequest">["kind"] };
      keepJoin(this.opensWith, body);
      return this.send();
    },
    async send() {
      const join = keptJoin();
      if (!join) return;
      const pctAsked = join.body.offset?.share ?? 0;
      const answer = await this.perform(async (options) => {
        try {
          return await sendJoin(join, options);
        } catch (error) {
          if (error instanceof Refused && CITY_REFUSALS.includes(error.code)) this.refuseCity(error);
          if (error instanceof Refused && NOT_PAID.includes(error.code)) tell(t("phone.pay.refused"));
          throw error;
        }
      });
      if (answer === null) return;
      keepLines(answer);
      const waiting_g = WAITING.includes(answer.offset_status) && pctAsked ? Math.ceil((answer.footprint.total_g * pctAsked) / 100) : 0;
      if (answer.companion) this.showCompanion({ ...answer, waiting_g });
      else this.showRecord({ ...answer, waiting_g });
    },
    showRecord(record: Record_, more: string[] = []) {
      const { event } = this;
      this.record = record;
      keep(`joined.${event.slug}`, { code: this.opensWith });
      this.showFootprint(record.footprint);
      const mayOffset = !record.offset && event.state === "running";
      this.showsResult(record, mayOffset, REVISABLE.includes(event.state), more);
      if (mayOffset && record.offset_status === "none") this.offsetNow();
    },
    showCompanion(answer: Record_) {
      keep(`brought.${this.event.slug}`, true);
      this.setData({ broughtSome: true });
      this.showsResult(answer, false, false, []);
    },
    showsResult(record: Record_, mayOffset: boolean, mayRefine: boolean, sentences: string[]) {
      this.setData({ result: resultOf(record), certificate: record.certificate ? certificateQuery(record.certificate.url) : null, mayOffset, mayRefine, sentences });
      this.toStage("record");
      wx.pageScrollTo({ scrollTop: 0, duration: 200 });
    },
    offsetNow() {
      if (this.data.share.choice === "none") this.setData({ share: { ...this.data.share, choice: "all" } });
      this.toStage("offset");
    },

    // Telling the journey more exactly

    refine() {
      this.toStage("refine");
      this.setData({ compared: compare((this.record as Record_).footprint, (this.record as Record_).footprint), sentences: [] });
      if (this.journey()) this.estimate();
    },
    leaveRefine() {
      const record = this.record as Record_;
      this.showRecord({ ...record, outcome: record.outcome === "joined" ? "already_joined" : record.outcome });
    },
    async sendJourney() {
      const journey = this.journey();
      const record = this.record as Record_;
      if (!journey || !this.isWhole()) return;
      const body = { journey };
      const intent = recall<{ text: string; key: string }>(`refining.${this.event.slug}`);
      const text = JSON.stringify(body);
      // One journey, one key, until it is answered.
      const key = intent?.text === text ? intent.key : newKey();
      keep(`refining.${this.event.slug}`, { text, key });
      const answer = await this.perform((options) => ask("post", "/v1/events/{slug}/journey", { path: { slug: this.event.slug }, body }, { ...options, key }));
      if (answer === null) return;
      keep(`refining.${this.event.slug}`, null);
      keepLines(answer);
      const offset_status = answer.offset ? "allocated" : answer.difference === "held" || answer.difference === "frozen" || answer.difference === "paused" ? answer.difference : answer.waiting_g ? "pool_exhausted" : "none";
      this.showRecord({ ...answer, outcome: "refined", offset_status }, refinedSentences(record, answer));
    },

    // Beside the way

    async offerKeeping() {
      const items = await ask("get", "/v1/me/consents", {}).then((found) => found.items, () => []);
      const consent = items.find(({ scope }) => scope === "event_profile");
      if (consent) this.setData({ isKept: consent.is_granted, keepAbout: either(consent.about) });
    },
    async keepJourney({ detail }: WechatMiniprogram.SwitchChange) {
      const done = await this.perform(async (options) => {
        const { items } = await ask("get", "/v1/me/consents", {}, options);
        const policy_version = items.find(({ scope }) => scope === "event_profile")?.policy_in_force;
        return ask("post", "/v1/me/consents", { body: { scope: "event_profile", granted: detail.value, policy_version } }, options);
      });
      this.setData({ isKept: done === null ? !detail.value : detail.value });
    },
    toCertificate() {
      go("certificate", this.data.certificate ?? {});
    },
    toPass() {
      go("pass", { slug: this.event.slug });
    },
    toActions() {
      // What is logged from here is proven by the event's code.
      keep("scene-code", { code: this.code, name: either(this.event.name) });
      go("scene", { code: this.code, event: this.event.slug });
    },
    toCompanions() {
      go("companions");
    },
    toPolicy() {
      go("policy");
    },
    /** A code from a gate's screen says itself when it ends: kind, event, gate and step stand in it in base 36. */
    watchVenueCode() {
      const found = /^([VT])\w{6}\.\w+\.(\w+)\./.exec(this.code);
      if (!found) return;
      const endsAt = (parseInt(found[2], 36) + (found[1] === "T" ? TICKET_STEPS : 1) + 1) * STEP_S * 1000;
      const tick = () => {
        const left = Math.ceil((endsAt - Date.now() - clock.aheadMs) / 1000);
        this.setData({ venueLeft: this.data.result ? "" : left > 0 ? t("phone.venue.left", { seconds: left }) : t("phone.venue.over") });
        if (left <= 0) clearInterval(this.ticking);
      };
      this.ticking = setInterval(tick, 1000);
      tick();
    },
    onShareAppMessage() {
      return { title: this.data.name, path: "/pages/scan/scan" };
    },
  },
);
