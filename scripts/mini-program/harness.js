// Runs the mini-program in a browser: its pages on WeChat's open renderer, a stack of pages, and the wx functions that it uses.
// What a phone would do (scan, steps, photos, WeChat's sign-in) a test says beforehand, through `options` and window.miniProgram.
import { MiniProgramEnv, glassEasel } from "glass-easel-miniprogram-adapter";
import { BEHAVIOUR, BUILT_IN, SHEET } from "./shims.mjs";
import { phone } from "./phone.js";

const PX_PER_RPX = 0.5;

export function start(program, options) {
  const { app, sheets, configs, icons, modules } = program;
  const compiled = new Function(`return ${program.compiled}`)();
  const env = new MiniProgramEnv();
  const space = env.createCodeSpace("", true);
  const template = (path) => ({ groupList: compiled, content: compiled[path] });
  for (const [tag, properties] of Object.entries(BUILT_IN)) registerBuiltIn(space, tag, properties, template(`wx/${tag}`));
  for (const [tag, path] of Object.entries(app.usingComponents)) {
    register(path.slice(1), configs[path.slice(1)]);
    space.getComponentSpace().setGlobalUsingComponent(tag, space.getComponentSpace().getComponentByUrl(path.slice(1), ""));
  }
  function register(path, config) {
    space.addComponentStaticConfig(path, config);
    space.addCompiledTemplate(path, template(path));
    space.globalComponentEnv(window, path, modules[path]);
  }

  const backend = env.associateBackend(new glassEasel.CurrentWindowBackendContext());
  const registered = new Set();
  const stack = [];
  const head = document.head;
  const sheet = (text) => head.appendChild(Object.assign(document.createElement("style"), { textContent: text.replace(/(-?[\d.]+)rpx/g, (_, size) => `${size * PX_PER_RPX}px`).replace(/(^|[}/])\s*page\s*\{/g, "$1 .wx-page {") }));
  sheet(SHEET);
  sheet(sheets.app);
  const tabs = app.tabBar.list.map(({ pagePath, text, iconPath, selectedIconPath }) => ({ path: pagePath, text, icon: icons[iconPath], iconOn: icons[selectedIconPath] }));

  const stage = {
    stack,
    tabs,
    app,
    options,
    get top() {
      return stack[stack.length - 1];
    },
    open(path, query) {
      if (!registered.has(path)) register(path, configs[path]);
      registered.add(path);
      if (!app.pages.includes(path)) throw new Error(`no page ${path}`);
      if (stage.top) stage.hide(stage.top);
      const element = document.body.appendChild(Object.assign(document.createElement("div"), { className: "wx-page" }));
      element.dataset.page = path;
      const bar = element.appendChild(Object.assign(document.createElement("div"), { className: "wx-top" }));
      bar.style.cssText = `background:${app.window.navigationBarBackgroundColor};color:${app.window.navigationBarTextStyle}`;
      if (stack.length) bar.append(Object.assign(document.createElement("button"), { textContent: "‹", onclick: () => stage.back(1) }));
      const title = bar.appendChild(Object.assign(document.createElement("span"), { textContent: app.window.navigationBarTitleText }));
      const place = element.appendChild(document.createElement("div"));
      const root = backend.createRoot("wx-root", space, path);
      const shown = { path, element, title, root, page: root.get(), style: sheet(sheets[path] ?? "") };
      stack.push(shown);
      root.attach(element, place);
      shown.page.route = path;
      shown.page.onLoad?.(query);
      shown.page.onShow?.();
      stage.drawTabs();
      window.scrollTo(0, 0);
    },
    hide(shown) {
      shown.element.hidden = true;
      shown.style.disabled = true;
      shown.page.onHide?.();
    },
    close(shown) {
      shown.page.onUnload?.();
      shown.root.release();
      shown.element.remove();
      shown.style.remove();
    },
    back(delta) {
      for (let n = 0; n < delta && stack.length > 1; n += 1) stage.close(stack.pop());
      stage.top.element.hidden = false;
      stage.top.style.disabled = false;
      stage.top.page.onShow?.();
      stage.drawTabs();
    },
    closeAll() {
      while (stack.length) stage.close(stack.pop());
    },
    isTab: (path) => tabs.some((tab) => tab.path === path),
    drawTabs() {
      document.querySelector(".wx-tabs")?.remove();
      if (!stage.isTab(stage.top.path)) return;
      const bar = document.body.appendChild(Object.assign(document.createElement("div"), { className: "wx-tabs" }));
      for (const { path, text, icon, iconOn } of tabs) {
        const picture = Object.assign(document.createElement("img"), { src: path === stage.top.path ? iconOn : icon, alt: "" });
        const button = bar.appendChild(Object.assign(document.createElement("button"), { onclick: () => window.wx.switchTab({ url: `/${path}` }) }));
        button.append(picture, text);
        button.style.color = path === stage.top.path ? app.tabBar.selectedColor : app.tabBar.color;
      }
      stage.top.element.style.paddingBottom = "56px";
    },
  };
  // A click is what WeChat calls a tap.
  document.body.addEventListener("click", ({ target }) => {
    let node = target;
    while (node && !node.__wxElement) node = node.parentNode;
    if (node) glassEasel.triggerEvent(node.__wxElement, "tap", {}, { bubbles: true, composed: true });
  });
  window.getCurrentPages = () => stack.map(({ page }) => page);
  Object.assign(window, phone(stage, options));
  let launched = {};
  window.App = (definition) => {
    launched = definition;
  };
  modules.app();
  launched.onLaunch?.(options.launch ?? {});
  stage.open(options.path ?? app.pages[0], options.query ?? {});
}

function registerBuiltIn(space, tag, properties, template) {
  const { dress, listen } = BEHAVIOUR[tag] ?? {};
  const name = `wx/${tag}`;
  space.addComponentStaticConfig(name, { component: true });
  space.addCompiledTemplate(name, template);
  const known = { ...properties, ariaLabel: String, ariaRole: String };
  space.componentEnv(name, ({ Component }) =>
    Component({
      properties: Object.fromEntries(Object.entries(known).map(([property, type]) => [property, { type }])),
      lifetimes: {
        attached() {
          const element = this._$.$$;
          listen?.(element, () => this.data, (event, detail) => this.triggerEvent(event, detail, { bubbles: false }));
          this.dress();
        },
      },
      observers: {
        "**"() {
          if (this._$.$$) this.dress();
        },
      },
      methods: {
        dress() {
          const element = this._$.$$;
          if (this.data.ariaLabel) element.setAttribute("aria-label", this.data.ariaLabel);
          // Tests find elements as WXSS does; the renderer keeps ids and data to itself.
          if (this.id) element.id = this.id;
          for (const [key, value] of Object.entries(this.dataset ?? {})) if (typeof value !== "object") element.dataset[key] = String(value);
          dress?.(element, this.data);
        },
      },
    }),
  );
  space.getComponentSpace().setGlobalUsingComponent(tag, space.getComponentSpace().getComponentByUrl(name, ""));
}
