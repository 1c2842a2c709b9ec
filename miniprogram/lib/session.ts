// The citizen's session: signed in through WeChat when it is first needed, refreshed once however many requests find it expired.
import { SERVER } from "../config";
import { Refused, Stopped, newKey, request } from "./client";
import type { Answer, Args, Method, Options } from "./client";
import type { paths } from "../../var/page-types/openapi";
import { forget, forgetFiles, keep, recall } from "./store";
import { language, t } from "./texts";

interface Tokens {
  access_token: string;
  refresh_token: string;
}
const KEPT = "session";
const DEMO_NAME = "demo-name";
const LEFT = "signed-out";
let opening: Promise<Tokens> | null = null;

/** Ask as nobody in particular. */
export function askOpen<P extends keyof paths & string, M extends Method>(method: M, path: P, args: Args<P, M>, options: Partial<Options> = {}): Promise<Answer<P, M>> {
  return request(SERVER, method, path, args, { language: language(), ...options });
}

/** Ask as the citizen; once more with a new token when the first has expired or was revoked. */
export async function ask<P extends keyof paths & string, M extends Method>(method: M, path: P, args: Args<P, M> & { header?: Record<string, string> }, options: Partial<Options> = {}): Promise<Answer<P, M>> {
  return withToken((token) => request(SERVER, method, path, args, { language: language(), ...options, token }), options);
}

/** Call with a token, which `options.onWait` may have to wait for. */
export async function withToken<T>(call: (token: string) => Promise<T>, options: Partial<Options> = {}): Promise<T> {
  const tokens = recall<Tokens>(KEPT) ?? (await renew(null, options));
  try {
    return await call(tokens.access_token);
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    const kept = recall<Tokens>(KEPT);
    // Another request may have renewed it meanwhile.
    const fresh = kept && kept.access_token !== tokens.access_token ? kept : await renew(error.code === "token_expired" ? kept : null, options);
    return call(fresh.access_token);
  }
}

// A refresh token works once, and so does WeChat's code: requests that need a session at the same time share one.
function renew(expired: Tokens | null, options: Partial<Options>): Promise<Tokens> {
  if (opening === null) {
    opening = open(expired, options).finally(() => {
      opening = null;
    });
  }
  return opening;
}

async function open(expired: Tokens | null, options: Partial<Options>): Promise<Tokens> {
  const shared = { language: language(), onWait: options.onWait };
  if (expired) {
    try {
      return kept(await request(SERVER, "post", "/v1/sessions/refresh", { body: { refresh_token: expired.refresh_token } }, shared));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
    }
  }
  forget(KEPT);
  if (recall(LEFT) && !(await wantsIn())) throw new Stopped();
  const { items } = await request(SERVER, "get", "/v1/sessions/ways", {}, shared);
  const isDemo = !items.some(({ provider }: { provider: string }) => provider === "wechat");
  const body = isDemo ? { provider: "demo", code: demoName() } : { provider: "wechat", code: await wechatCode() };
  // WeChat's code works once, so a sign-in that nobody answered is not repeated with it.
  return kept(await request(SERVER, "post", "/v1/sessions", { body }, { language: language() }));
}

function kept(tokens: Tokens): Tokens {
  const { access_token, refresh_token } = tokens;
  keep(KEPT, { access_token, refresh_token });
  forget(LEFT);
  return { access_token, refresh_token };
}

/** Against `make run` there is no WeChat: the phone is somebody made up, the same on every visit. */
function demoName(): string {
  const name = recall<string>(DEMO_NAME) ?? `phone-${newKey().slice(0, 10)}`;
  keep(DEMO_NAME, name);
  return name;
}

const wechatCode = (): Promise<string> => new Promise((resolve, reject) => wx.login({ success: ({ code }) => resolve(code), fail: () => reject(new Refused(0, { code: "offline" })) }));

/** Sign in anew: WeChat's session key, with which it encrypts steps, is the newest sign-in's. */
export async function signInAgain(): Promise<void> {
  await renew(null, {});
}

/** Who signed out or deleted the account is not signed in again, nor given a new one, without a word. */
const wantsIn = (): Promise<boolean> => new Promise((resolve) => wx.showModal({ title: t("mini.sign_in"), content: t("mini.sign_in.text"), confirmText: t("mini.yes"), cancelText: t("mini.no"), success: ({ confirm }) => resolve(confirm), fail: () => resolve(false) }));

/** Nothing of the citizen stays on the phone but its settings. */
export function leave(): void {
  const { keys } = wx.getStorageInfoSync();
  for (const key of keys) if (key !== "language" && key !== "large") forget(key);
  forgetFiles();
  keep(LEFT, true);
}
