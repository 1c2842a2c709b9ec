// WeChat's built-in components as far as the mini-program uses them, over the browser's own elements. For tests and pictures.

/** Properties of each; every one also takes `aria-label`. */
export const BUILT_IN = {
  view: {},
  text: {},
  button: { disabled: Boolean, openType: String },
  image: { src: String, mode: String },
  input: { value: String, type: String, placeholder: String, maxlength: Number, disabled: Boolean, confirmType: String },
  textarea: { value: String, placeholder: String, maxlength: Number, autoHeight: Boolean },
  switch: { checked: Boolean, color: String, disabled: Boolean },
  slider: { value: Number, min: Number, max: Number, activeColor: String },
  picker: { mode: String, range: Array, rangeKey: String, value: null, start: String, end: String, fields: String },
  canvas: { type: String },
};

/** What a component does beside showing its content: `dress` follows its properties, `listen` makes WeChat's events of the browser's. */
export const BEHAVIOUR = {
  button: {
    dress(element, { disabled }) {
      element.disabled = disabled;
    },
    listen(element, properties, emit) {
      element.addEventListener("click", () => {
        if (properties().openType === "agreePrivacyAuthorization") emit("agreeprivacyauthorization", {});
        if (properties().openType === "share") window.miniProgram.share();
      });
    },
  },
  image: {
    dress(element, { src, mode }) {
      if (mode === "widthFix") element.style.height = "auto";
      element.replaceChildren();
      if (!src) return;
      const picture = document.createElement("img");
      picture.src = window.miniProgram.addressOf(src);
      picture.style.cssText = "display:block;width:100%;height:auto";
      element.append(picture);
    },
  },
  input: {
    dress(element, { value, type, placeholder, maxlength, disabled }) {
      if (element.value !== value) element.value = value;
      element.type = "text";
      element.inputMode = type === "digit" ? "decimal" : type === "number" ? "numeric" : "text";
      element.placeholder = placeholder;
      if (maxlength > 0) element.maxLength = maxlength;
      element.disabled = disabled;
    },
    listen(element, properties, emit) {
      element.addEventListener("input", () => emit("input", { value: element.value }));
      element.addEventListener("keydown", ({ key }) => key === "Enter" && emit("confirm", { value: element.value }));
    },
  },
  switch: {
    dress(element, { checked, color }) {
      element.dataset.checked = String(checked);
      element.style.setProperty("--switch", checked ? color || "#04be02" : "#c8c8c8");
    },
    listen(element, properties, emit) {
      element.addEventListener("click", () => {
        const checked = element.dataset.checked !== "true";
        element.dataset.checked = String(checked);
        emit("change", { value: checked });
      });
    },
  },
  slider: {
    dress(element, { value, min, max, activeColor }) {
      const range = element.querySelector("input") ?? element.appendChild(Object.assign(document.createElement("input"), { type: "range" }));
      Object.assign(range, { min: String(min), max: String(max), value: String(value) });
      range.style.cssText = `width:100%;accent-color:${activeColor}`;
    },
    listen(element, properties, emit) {
      element.addEventListener("input", ({ target }) => emit("changing", { value: Number(target.value) }));
      element.addEventListener("change", ({ target }) => emit("change", { value: Number(target.value) }));
    },
  },
  picker: {
    // A picker opens a wheel; a test says what is chosen on it.
    listen(element, properties, emit) {
      element.addEventListener("picked", ({ detail }) => emit("change", { value: detail }));
    },
  },
};
BEHAVIOUR.textarea = BEHAVIOUR.input;

/** What WeChat's own style sheet says of them. */
export const SHEET = `
  * { box-sizing: border-box; }
  html, body { margin: 0; height: 100%; font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", sans-serif; }
  view, frame, bars, qr-code, picker, image, slider { display: block; }
  frame, bars, qr-code { display: contents; }
  view, text, button, image { box-sizing: content-box; }
  text { display: inline; }
  image { width: 320px; height: 240px; overflow: hidden; }
  button { display: block; position: relative; margin: 0 auto; padding: 0 14px; font: inherit; font-size: 18px; line-height: 2.5556; border: 0; border-radius: 5px; background: #f8f8f8; color: #000; cursor: pointer; width: 184px; }
  input, textarea { display: block; font: inherit; border: 0; outline: none; padding: 0; margin: 0; background: none; color: inherit; width: 100%; }
  switch { display: inline-block; flex: none; position: relative; width: 52px; height: 32px; border-radius: 16px; background: var(--switch); cursor: pointer; }
  switch::after { content: ""; position: absolute; top: 1px; left: 1px; width: 30px; height: 30px; border-radius: 50%; background: #fff; }
  switch[data-checked="true"]::after { left: 21px; }
  .wx-page { min-height: 100%; }
  .wx-page[hidden] { display: none; }
  .wx-top { position: sticky; top: 0; z-index: 40; display: flex; align-items: center; justify-content: center; height: 44px; font-size: 17px; font-weight: 600; }
  .wx-top button { position: absolute; left: 0; width: 44px; height: 44px; line-height: 44px; padding: 0; background: none; color: inherit; }
  .wx-tabs { position: fixed; left: 0; right: 0; bottom: 0; z-index: 10; display: flex; height: 56px; background: #fff; border-top: 1px solid #e8e8e8; }
  .wx-tabs button { flex: 1; width: auto; margin: 0; padding: 0; line-height: 1.2; font-size: 12px; background: none; }
  .wx-tabs img { display: block; width: 26px; height: 26px; margin: 0 auto 2px; }
  .wx-over { position: fixed; inset: 0; z-index: 50; display: flex; align-items: center; justify-content: center; background: rgba(0, 0, 0, .6); }
  .wx-modal { width: 300px; border-radius: 12px; background: #fff; color: #000; text-align: center; overflow: hidden; }
  .wx-modal h3 { margin: 24px 24px 8px; font-size: 17px; } .wx-modal p { margin: 0 24px 24px; color: #666; font-size: 15px; white-space: pre-line; }
  .wx-modal div { display: flex; border-top: 1px solid #ddd; } .wx-modal button { flex: 1; width: auto; background: none; font-weight: 600; }
  .wx-toast { position: fixed; left: 50%; top: 44%; z-index: 60; max-width: 70%; transform: translateX(-50%); padding: 12px 16px; border-radius: 8px; background: rgba(0, 0, 0, .75); color: #fff; font-size: 14px; }
`;
