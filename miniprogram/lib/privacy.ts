// WeChat's privacy guideline: before the first use of what it covers, the page asks, and WeChat is told the answer.
type Resolve = (answer: { event: "exposureAuthorization" | "agree" | "disagree"; buttonId?: string }) => void;
let waiting: Resolve[] = [];

export function watchPrivacy(): void {
  // Older versions of WeChat ask by themselves.
  wx.onNeedPrivacyAuthorization?.((resolve: unknown) => {
    waiting.push(resolve as Resolve);
    const pages = getCurrentPages();
    const shown = pages[pages.length - 1] as unknown as { frameTo(part: object): void };
    shown.frameTo({ privacy: true });
  });
}

/** Tell WeChat what was tapped; a refusal ends the calls that waited, and everything else goes on. */
export function answerPrivacy(event: "agree" | "disagree"): void {
  const told = waiting;
  waiting = [];
  for (const resolve of told) resolve(event === "agree" ? { event, buttonId: "privacy-agree" } : { event });
}
