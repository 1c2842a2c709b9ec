// Tabs as the ARIA practices have them: arrows move, Home and End jump, the address names the tab.
import { all, byId } from "../shared/dom.js";

export class Tabs {
  /** `onOpen(name)` is called whenever a tab comes to the front. */
  constructor(/** @type {HTMLElement} */ list, /** @type {(name: string) => unknown} */ onOpen) {
    this.tabs = all('[role="tab"]', list);
    this.onOpen = onOpen;
    list.addEventListener("click", (event) => this.#choose(/** @type {Element} */ (event.target).closest('[role="tab"]')));
    list.addEventListener("keydown", (event) => this.#move(event));
    window.addEventListener("hashchange", () => {
      // The link past the header has a fragment too, which is no tab.
      if (this.tabs.some((tab) => tab.dataset.tab === (this.#asked() || this.tabs[0].dataset.tab))) this.#show(this.#asked());
    });
  }

  start() {
    this.open(this.#asked());
  }

  open(/** @type {string} */ name) {
    const chosen = this.tabs.find((tab) => tab.dataset.tab === name) ?? this.tabs[0];
    for (const tab of this.tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls") ?? "").hidden = !isChosen;
    }
    // On a narrow phone they do not all fit.
    chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
    document.body.dataset.tab = chosen.dataset.tab;
    this.onOpen(chosen.dataset.tab ?? "");
    return chosen;
  }

  #asked() {
    return location.hash.slice(1);
  }

  #choose(/** @type {any} */ tab) {
    if (!tab) return;
    // Every tab can be gone back to, like a page.
    if (this.#asked() !== tab.dataset.tab) history.pushState(null, "", `#${tab.dataset.tab}`);
    this.#show(tab.dataset.tab);
  }

  #show(/** @type {string} */ name) {
    this.open(name);
    window.scrollTo({ top: 0 });
  }

  #move(/** @type {KeyboardEvent} */ event) {
    const at = this.tabs.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = this.tabs[(to + this.tabs.length) % this.tabs.length];
    this.#choose(tab);
    tab.focus();
  }
}
