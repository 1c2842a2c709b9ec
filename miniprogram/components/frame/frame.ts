// The frame of every page: its type size, and above it a refusal, a wait, a question or WeChat's privacy guideline.
import type { Frame } from "../../lib/page";
import { language, textsOf } from "../../lib/texts";
import { keysOf } from "../../texts/keys";

Component({
  properties: { state: { type: Object, value: {} as Frame }, bar: { type: Boolean, value: false } },
  data: { t: {} as Record<string, string>, born: "", spoken: "" },
  lifetimes: {
    attached() {
      this.dress();
    },
  },
  observers: {
    state() {
      this.dress();
    },
  },
  methods: {
    dress() {
      const spoken = language();
      if (this.data.spoken !== spoken) this.setData({ spoken, t: textsOf(keysOf["components/frame/frame"]) });
    },
    act({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.triggerEvent("act", { name: currentTarget.dataset.act });
    },
    chosen({ detail }: WechatMiniprogram.PickerChange) {
      this.setData({ born: String(detail.value) });
    },
    answer({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const { act } = currentTarget.dataset;
      if (act === "yes" && this.properties.state.question?.kind === "age" && !this.data.born) return;
      this.triggerEvent("act", { name: act, born: this.data.born });
    },
    readContract() {
      wx.openPrivacyContract({});
    },
  },
});
