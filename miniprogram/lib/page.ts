// What every page has: its texts, large type, refusals in words, waits, and the two questions that an action may need first
// (a consent, the month of birth). A page says what it does; `perform` says what became of it.
import { Refused, Stopped } from "./client";
import type { Options, Wait } from "./client";
import { decoded } from "./codes";
import { answerPrivacy } from "./privacy";
import { ask } from "./session";
import { recall } from "./store";
import { advice, dayKeyOf, either, language, t, textsOf } from "./texts";
import type { Key } from "./texts";
import { keysOf } from "../texts/keys";

export interface Question {
  kind: "consent" | "age";
  title: string;
  text: string;
  note: string;
  yes: string;
  no: string;
  born: string;
  last: string;
}
export interface Frame {
  isLarge: boolean;
  isBusy: boolean;
  isReading: boolean;
  refusal: { title: string; detail: string; advice: string; code: string; mayRetry: boolean } | null;
  waiting: string;
  question: Question | null;
  privacy: boolean;
}
export interface Tools {
  query: Record<string, string | undefined>;
  /** Do what the citizen wants, and show a refusal or a wait; null when it did not come about. */
  perform<T>(work: (options: Partial<Options>) => Promise<T>, settings?: { mayRetry?: boolean; isReading?: boolean }): Promise<T | null>;
  /** Read what the page shows; a refusal offers to read again. */
  read(work: (options: Partial<Options>) => Promise<unknown>): Promise<void>;
  frameTo(part: Partial<Frame>): void;
  /** Give the page the texts of the language that is spoken now. */
  dress(): void;
  showRefusal(error: unknown, mayRetry?: boolean): void;
  setData(part: object): void;
}
interface Base {
  t: Record<string, string>;
  frame: Frame;
}
type Self<D, M> = M & Tools & { data: D & Base };

const FRAME: Frame = { isLarge: false, isBusy: false, isReading: false, refusal: null, waiting: "", question: null, privacy: false };

/** `name` is the page's folder; `methods.opened(query)` begins, `shown` follows each time that the page is seen. */
export function page<D extends object, M extends object>(name: string, data: D, methods: M & ThisType<Self<D, M>>): void {
  const path = `pages/${name}/${name}`;
  const tools: object & ThisType<any> = {
    data: { ...data, t: textsOf(keysOf[path] ?? []), frame: FRAME },
    onLoad(query: Record<string, string>) {
      this.query = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, decoded(value)]));
      this.dress();
      return this.opened?.(this.query);
    },
    onShow() {
      this.dress();
      return this.shown?.();
    },
    onUnload() {
      this.wait?.stop();
      this.closed?.();
    },
    dress() {
      const spoken = language();
      if (this.spoken !== spoken) {
        this.spoken = spoken;
        this.setData({ t: textsOf(keysOf[path] ?? []) });
        this.translated?.();
      }
      wx.setNavigationBarTitle({ title: t(`mini.title.${name}` as Key) });
      this.frameTo({ isLarge: recall<boolean>("large") === true });
    },
    frameTo(part: Partial<Frame>) {
      this.setData({ frame: { ...this.data.frame, ...part } });
    },
    async perform(work: (options: Partial<Options>) => Promise<unknown>, { mayRetry = false, isReading = false } = {}) {
      if (this.data.frame.isBusy && !isReading) return null;
      this.frameTo(isReading ? { refusal: null, isReading } : { refusal: null, isBusy: true });
      const options = { onWait: (wait: Wait | null) => this.waits(wait) };
      try {
        return await this.answering(() => work(options));
      } catch (error) {
        this.showRefusal(error, mayRetry);
        return null;
      } finally {
        this.frameTo(isReading ? { isReading: false } : { isBusy: false });
      }
    },
    async read(work: (options: Partial<Options>) => Promise<unknown>) {
      this.again = work;
      await this.perform(work, { mayRetry: true, isReading: true });
    },
    waits(wait: Wait | null) {
      this.wait = wait;
      this.frameTo({ waiting: wait ? t(`wait.${wait.reason}`, { seconds: wait.seconds }) : "" });
    },
    /** What is refused for want of a consent or an age is attempted again when its citizen has given one. */
    async answering(work: () => Promise<unknown>) {
      for (let asked = 0; ; asked += 1) {
        try {
          return await work();
        } catch (error) {
          const question = asked < 2 && error instanceof Refused ? await questionOf(error) : null;
          if (question === null) throw error;
          const answer = await this.asks(question.shown);
          if (!answer) throw new Stopped();
          await question.give(answer.born);
        }
      }
    },
    asks(question: Question): Promise<{ born: string } | null> {
      this.frameTo({ question });
      return new Promise((resolve) => {
        this.answered = resolve;
      });
    },
    showRefusal(error: unknown, mayRetry = false) {
      if (error instanceof Stopped) return;
      if (!(error instanceof Refused)) throw error;
      const refusal =
        error.status === 0
          ? { title: t("unreachable.title"), detail: t("unreachable.detail"), advice: "", code: "" }
          : { title: error.problem.title ?? String(error.status), detail: error.problem.detail === error.problem.title ? "" : (error.problem.detail ?? ""), advice: advice(error.code, error.status), code: error.code };
      this.frameTo({ refusal: { ...refusal, mayRetry } });
    },
    /** The frame's buttons. */
    act({ detail }: { detail: { name: string; born?: string } }) {
      const { name: act } = detail;
      if (act === "now" || act === "stop") this.wait?.[act]();
      if (act === "close") this.frameTo({ refusal: null });
      if (act === "retry") this.read(this.again);
      if (act === "yes" || act === "no") {
        this.frameTo({ question: null });
        this.answered?.(act === "yes" ? { born: detail.born } : null);
      }
      if (act === "agree" || act === "disagree") {
        this.frameTo({ privacy: false });
        answerPrivacy(act);
      }
    },
  };
  Page({ ...tools, ...methods } as WechatMiniprogram.Page.Options<object, object>);
}

/** The question that a refusal leads to, and what giving the answer does; null for other refusals. */
async function questionOf(error: Refused): Promise<{ shown: Question; give(born: string): Promise<unknown> } | null> {
  const no = t("privacy.ask.no");
  if (error.code === "age_needed") {
    const last = dayKeyOf(Date.now()).slice(0, 7);
    return {
      shown: { kind: "age", title: t("age.title"), text: t("age.text"), note: "", yes: t("age.send"), no: t("age.later"), born: "", last },
      give: (born) => ask("post", "/v1/me/age", { body: { born } }),
    };
  }
  if (error.code !== "consent_needed") return null;
  const { items } = await ask("get", "/v1/me/consents", {});
  const consent = items.find(({ scope }) => scope === error.problem.scope);
  if (!consent) return null;
  return {
    shown: { kind: "consent", title: t("privacy.ask"), text: `${either(consent.name)} ${either(consent.about)}`, note: consent.renewal_needed ? t("privacy.state.renewal") : "", yes: t("privacy.ask.agree"), no, born: "", last: "" },
    give: () => ask("post", "/v1/me/consents", { body: { scope: consent.scope, granted: true, policy_version: consent.policy_in_force } }),
  };
}

/** A question with two answers; true for yes. WeChat takes four characters a button. */
export const confirmed = (title: string, content: string): Promise<boolean> =>
  new Promise((resolve) => wx.showModal({ title, content, confirmText: t("mini.yes"), cancelText: t("mini.no"), success: ({ confirm }) => resolve(confirm), fail: () => resolve(false) }));

export const tell = (text: string): void => void wx.showToast({ title: text, icon: "none", duration: 3000 });
export const go = (path: string, query: Record<string, string> = {}): void => {
  const told = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  wx.navigateTo({ url: `/pages/${path}/${path}${told.length ? `?${told.join("&")}` : ""}` });
};
