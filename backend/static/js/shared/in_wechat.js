// Where the page is open: in WeChat's own browser, in a mini-program's, or elsewhere; and which ways in work there.

/** "mini_program", "wechat" or "elsewhere". WeCom's browser names WeChat's too, and has another sign-in. @param {string} [agent] */
export function whereOpened(agent = navigator.userAgent) {
  if (!/\bMicroMessenger\//i.test(agent) || /\bwxwork\//i.test(agent)) return "elsewhere";
  return /\bminiProgram\b/i.test(agent) ? "mini_program" : "wechat";
}

/** Whether this is WeChat's own browser, where its sign-in works. @param {string} [agent] */
export const inWeChat = (agent) => whereOpened(agent) !== "elsewhere";

/**
 * The ways that work here, in the order of the server's answer but for WeChat's own, which comes first in WeChat; and
 * those that work elsewhere. The mini-program's way needs the mini-program, and WeChat's browser has no passkeys.
 * @template {{provider: string, facts: Record<string, any>}} W @param {W[]} ways @param {string} [agent]
 */
export function waysHere(ways, agent) {
  const isHere = inWeChat(agent);
  /** @param {W} way */
  const works = (way) => way.provider !== "wechat" && (isHere ? way.provider !== "passkey" : !way.facts.in_wechat_only);
  const here = ways.filter(works);
  return {
    here: [...here.filter((way) => way.facts.in_wechat_only), ...here.filter((way) => !way.facts.in_wechat_only)],
    elsewhere: ways.filter((way) => !works(way)),
  };
}
