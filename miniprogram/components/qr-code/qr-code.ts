// A QR code drawn on the phone: the code goes nowhere to become a picture.
import { encode } from "../../vendor/uqr/uqr";

const QUIET_MODULES = 4;

Component({
  properties: { text: { type: String, value: "" }, label: { type: String, value: "" } },
  lifetimes: {
    attached() {
      // When what is being set has been laid out.
      wx.nextTick(() => this.draw());
    },
  },
  observers: {
    text() {
      this.draw();
    },
  },
  methods: {
    draw() {
      const { text } = this.properties;
      if (!text) return;
      wx.createSelectorQuery()
        .in(this)
        .select("#qr")
        .fields({ node: true, size: true })
        .exec(([found]) => {
          // Before the page is laid out there is nothing to draw on; it is drawn then.
          if (!found?.node) return;
          const { size, data } = encode(text, { ecc: "M", border: QUIET_MODULES });
          const canvas = found.node as WechatMiniprogram.Canvas;
          const module = Math.max(1, Math.floor((found.width * wx.getWindowInfo().pixelRatio) / size));
          canvas.width = canvas.height = module * size;
          const pen = canvas.getContext("2d");
          pen.fillStyle = "#ffffff";
          pen.fillRect(0, 0, canvas.width, canvas.height);
          pen.fillStyle = "#000000";
          data.forEach((row, y) => row.forEach((isDark, x) => isDark && pen.fillRect(x * module, y * module, module, module)));
        });
    },
  },
});
