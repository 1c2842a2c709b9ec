// The first page: scan a code and join. A mini-program code (`scene`) or a link (`q`) opens it and leads on by itself.
import { codeOf, openedWith } from "../../lib/codes";
import { keptJoin } from "../../lib/joining";
import type { Kept } from "../../lib/joining";
import { go, page } from "../../lib/page";
import { ask } from "../../lib/session";
import { keep, recall } from "../../lib/store";

page(
  "scan",
  { typed: "", kept: false, steps: [1, 2, 3, 4] },
  {
    opened(query: Record<string, string | undefined>) {
      const code = openedWith(query);
      if (code) this.lead(code);
    },
    shown() {
      this.setData({ kept: keptJoin() !== null });
    },
    scan() {
      wx.scanCode({
        onlyFromCamera: false,
        success: ({ result, path }) => this.lead(codeOf(result || path || "")),
        // Closing the camera is no failure.
        fail: () => undefined,
      });
    },
    type({ detail }: WechatMiniprogram.Input) {
      this.setData({ typed: detail.value });
    },
    useTyped() {
      if (this.data.typed.trim()) this.lead(codeOf(this.data.typed));
    },
    goOn() {
      const { code } = keptJoin() as Kept;
      go("event", { code });
    },
    /** The page that a code is for. */
    async lead(code: string) {
      await this.perform(
        async (options) => {
          const view = await ask("get", "/v1/codes/{code}", { path: { code } }, options);
          // An event or a scene that was read is shown at once, without asking twice.
          keep("read-code", { code, view });
          go(view.kind === "scene" ? "scene" : "event", { code });
        },
        { mayRetry: false },
      );
    },
    elders() {
      keep("large", recall<boolean>("large") !== true);
      this.frameTo({ isLarge: recall<boolean>("large") === true });
    },
    onShareAppMessage() {
      return { path: "/pages/scan/scan" };
    },
  },
);

