// The wx functions that the mini-program uses, over the browser. What only a phone has comes from `options`:
// scans (texts, in turn), steps() for WeRun, photo (bytes), location, codes() for WeChat's sign-in, accepts.

export function phone(stage, options) {
  const done = (asked, result = {}) => {
    asked.success?.(result);
    asked.complete?.(result);
  };
  const failed = (asked, errMsg) => {
    asked.fail?.({ errMsg });
    asked.complete?.({ errMsg });
  };
  const pathOf = (url) => {
    const [path, query = ""] = url.replace(/^\//, "").split("?");
    return [path, Object.fromEntries(query.split("&").filter(Boolean).map((pair) => pair.split("=")))];
  };
  const told = { toasts: [], requests: [], shared: [], saved: [], opened: [], subscribed: [], clipboard: "", scrolled: 0, privacyAsked: 0 };
  const files = new Map();
  let network = () => {};
  const watchers = new Set();
  let askPrivacy = null;
  let hasAgreed = options.agreed ?? false;

  /** What WeChat's guideline covers waits for the citizen's word, the first time. */
  const afterPrivacy = (asked, go) => {
    if (hasAgreed || !askPrivacy) return go();
    told.privacyAsked += 1;
    return askPrivacy((answer) => {
      if (answer.event === "agree" && answer.buttonId !== "privacy-agree") throw new Error("no such button");
      hasAgreed = answer.event === "agree";
      if (hasAgreed) go();
      else failed(asked, "privacy permission is not authorized");
    });
  };
  const addressOf = (src) => files.get(src) ?? src.replace(options.server, location.origin);
  const send = async (asked, init) => {
    told.requests.push({ method: init.method, path: asked.url.replace(options.server, ""), key: init.headers?.["Idempotency-Key"], body: init.body });
    if (window.miniProgram.isOffline) throw new TypeError("offline");
    const lost = window.miniProgram.loses?.(asked.url);
    const answer = await fetch(addressOf(asked.url), init);
    // The server did the work, and the answer is lost on its way.
    if (lost) throw new TypeError("lost");
    return answer;
  };

  const wx = {
    env: { USER_DATA_PATH: "wxfile://usr" },
    getAccountInfoSync: () => ({ miniProgram: { envVersion: "release", appId: "wx0123456789abcdef" } }),
    getAppBaseInfo: () => ({ language: options.language ?? "zh_CN" }),
    getWindowInfo: () => ({ pixelRatio: window.devicePixelRatio, windowWidth: window.innerWidth }),
    getStorageSync: (key) => (localStorage.getItem(key) === null ? "" : JSON.parse(localStorage.getItem(key))),
    setStorageSync: (key, value) => localStorage.setItem(key, JSON.stringify(value)),
    removeStorageSync: (key) => localStorage.removeItem(key),
    getStorageInfoSync: () => ({ keys: Object.keys(localStorage) }),

    request(asked) {
      const isRaw = asked.data instanceof ArrayBuffer;
      if (asked.data !== undefined && !isRaw && typeof asked.data !== "string") throw new Error("a body is text or bytes");
      send(asked, { method: asked.method, headers: asked.header, body: asked.data, cache: "no-store" }).then(
        async (answer) => {
          const text = await answer.text();
          let data = text;
          if (/json/.test(answer.headers.get("content-type") ?? "")) data = JSON.parse(text);
          done(asked, { statusCode: answer.status, data, header: Object.fromEntries(answer.headers) });
        },
        (error) => failed(asked, String(error)),
      );
    },
    downloadFile(asked) {
      send(asked, { method: "GET", headers: asked.header, cache: "no-store" }).then(
        async (answer) => {
          const kept = asked.filePath ?? `wxfile://tmp/${files.size}`;
          const bytes = await answer.blob();
          const address = await new Promise((resolve) => Object.assign(new FileReader(), { onload: ({ target }) => resolve(target.result) }).readAsDataURL(bytes));
          files.set(kept, address);
          done(asked, { statusCode: answer.status, filePath: kept, tempFilePath: kept });
        },
        (error) => failed(asked, String(error)),
      );
    },
    onNetworkStatusChange: (watcher) => watchers.add(watcher),
    offNetworkStatusChange: (watcher) => watchers.delete(watcher),

    login(asked) {
      Promise.resolve(options.codes?.()).then((code) => (code ? done(asked, { code }) : failed(asked, "no code")));
    },
    scanCode(asked) {
      const result = window.miniProgram.scans.shift();
      if (result === undefined) failed(asked, "cancel");
      else done(asked, { result });
    },
    getWeRunData(asked) {
      afterPrivacy(asked, async () => {
        const data = await window.miniProgram.steps?.();
        if (data) done(asked, data);
        else failed(asked, "deny");
      });
    },
    chooseMedia(asked) {
      afterPrivacy(asked, () => (window.miniProgram.photo ? done(asked, { tempFiles: [{ tempFilePath: "wxfile://tmp/photo.jpg", size: 1 }] }) : failed(asked, "cancel")));
    },
    getFuzzyLocation(asked) {
      afterPrivacy(asked, () => (window.miniProgram.location ? done(asked, window.miniProgram.location) : failed(asked, "deny")));
    },
    getFileSystemManager: () => ({
      readdir({ dirPath, success }) {
        success({ files: [...files.keys()].filter((path) => path.startsWith(`${dirPath}/`)).map((path) => path.slice(dirPath.length + 1)) });
      },
      unlink({ filePath }) {
        files.delete(filePath);
      },
      readFile(asked) {
        done(asked, { data: Uint8Array.from(window.miniProgram.photo).buffer });
      },
    }),
    requestSubscribeMessage(asked) {
      told.subscribed.push(asked.tmplIds);
      done(asked, Object.fromEntries(asked.tmplIds.map((id) => [id, window.miniProgram.accepts])));
    },
    onNeedPrivacyAuthorization: (asker) => {
      askPrivacy = asker;
    },
    openPrivacyContract: () => told.opened.push("contract"),

    navigateTo({ url }) {
      const [path, query] = pathOf(url);
      if (stage.isTab(path)) throw new Error(`${path} is a tab: switchTab`);
      if (stage.stack.length >= 10) throw new Error("ten pages are the most");
      stage.open(path, query);
    },
    redirectTo({ url }) {
      stage.close(stage.stack.pop());
      stage.open(...pathOf(url));
    },
    navigateBack({ delta = 1 } = {}) {
      stage.back(delta);
    },
    switchTab({ url }) {
      const [path] = pathOf(url);
      if (!stage.isTab(path)) throw new Error(`${path} is no tab`);
      stage.closeAll();
      stage.open(path, {});
    },
    reLaunch({ url }) {
      stage.closeAll();
      stage.open(...pathOf(url));
    },
    setNavigationBarTitle({ title }) {
      if (stage.top) stage.top.title.textContent = title;
    },
    setTabBarItem({ index, text }) {
      stage.tabs[index].text = text;
    },
    pageScrollTo({ scrollTop }) {
      told.scrolled += 1;
      window.scrollTo(0, scrollTop);
    },

    createSelectorQuery: () => {
      let node = null;
      const query = {
        in: () => query,
        select: (selector) => {
          node = stage.top.element.querySelector(selector);
          return query;
        },
        fields: () => query,
        exec: (told) => queueMicrotask(() => told([node && { node, width: node.clientWidth, height: node.clientHeight }])),
      };
      return query;
    },
    nextTick: (next) => setTimeout(next, 0),
    showModal(asked) {
      const { title, content, confirmText = "确定", cancelText = "取消" } = asked;
      if ([confirmText, cancelText].some((text) => text.length > 4)) throw new Error("a button of a dialog has four characters at most");
      const over = document.body.appendChild(Object.assign(document.createElement("div"), { className: "wx-over" }));
      const modal = over.appendChild(Object.assign(document.createElement("div"), { className: "wx-modal" }));
      modal.append(Object.assign(document.createElement("h3"), { textContent: title }), Object.assign(document.createElement("p"), { textContent: content }));
      const row = modal.appendChild(document.createElement("div"));
      for (const [name, text, confirm] of [["cancel", cancelText, false], ["confirm", confirmText, true]]) {
        const button = row.appendChild(Object.assign(document.createElement("button"), { textContent: text, className: `wx-${name}` }));
        button.onclick = () => {
          over.remove();
          done(asked, { confirm, cancel: !confirm });
        };
      }
    },
    showToast({ title }) {
      told.toasts.push(title);
      document.querySelector(".wx-toast")?.remove();
      const toast = document.body.appendChild(Object.assign(document.createElement("div"), { className: "wx-toast", textContent: title }));
      setTimeout(() => toast.remove(), 2000);
    },
    setClipboardData(asked) {
      told.clipboard = asked.data;
      done(asked);
    },
    setKeepScreenOn: () => {},
    showShareImageMenu: ({ path }) => told.shared.push({ picture: files.get(path) }),
    previewImage: ({ urls }) => told.opened.push(...urls),
    shareFileMessage(asked) {
      told.shared.push({ name: asked.fileName, address: files.get(asked.filePath) });
      done(asked);
    },
    saveImageToPhotosAlbum(asked) {
      afterPrivacy(asked, () => {
        told.saved.push(files.get(asked.filePath));
        done(asked);
      });
    },
  };
  network = (isConnected) => {
    window.miniProgram.isOffline = !isConnected;
    for (const watcher of [...watchers]) watcher({ isConnected, networkType: isConnected ? "wifi" : "none" });
  };
  const unknown = new Proxy(wx, {
    get(known, name) {
      if (typeof name === "string" && !(name in known)) throw new Error(`wx.${name} is not in the harness`);
      return known[name];
    },
  });
  return {
    wx: unknown,
    miniProgram: {
      told,
      stage,
      addressOf,
      scans: options.scans ?? [],
      accepts: "accept",
      isOffline: false,
      network,
      share() {
        told.shared.push(stage.top.page.onShareAppMessage({ from: "button" }));
      },
    },
  };
}
