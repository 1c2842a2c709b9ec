// The rotating code of a gate, on the staff board: a photograph of it is worthless a minute later.
import { clockAheadMs } from "../shared/api.js";
import { byId, first, h, tell } from "../shared/dom.js";
import { either, t } from "../shared/i18n.js";

const STEP_MS = 30_000;
const RETRY_MS = 1500;
const TICK_MS = 250;

export class GateCode {
  constructor(/** @type {Session} */ session) {
    this.session = session;
    this.panel = byId("door");
    this.select = byId("gate");
    this.code = null;
    this.askedAt = 0;
    this.select.addEventListener("change", () => this.#restart());
    byId("door-full").addEventListener("click", () => this.#toggleFull());
    document.addEventListener("fullscreenchange", () => !document.fullscreenElement && this.#setFull(false));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.panel.classList.contains("is-full") && this.#leaveFull());
    setInterval(() => this.#tick(), TICK_MS);
  }

  show(/** @type {ItemOf<"/v1/staff/events">} */ event) {
    this.event = event;
    const gates = event.gates.length > 0 ? event.gates : [{ gate: 1, name: null }];
    this.select.replaceChildren(...gates.map((gate) => h("option", { value: gate.gate }, gate.name ? either(gate.name) : t("staff.gate.n", { n: gate.gate }))));
    byId("door-event").textContent = either(event.name);
    this.#restart();
  }

  hide() {
    this.event = null;
    this.code = null;
  }

  #restart() {
    this.code = null;
    this.askedAt = 0;
    byId("door-qr").hidden = true;
    byId("door-gate").textContent = this.select.selectedOptions[0]?.textContent ?? "";
    this.#tick();
  }

  #tick() {
    if (!this.event) return;
    const leftMs = this.code ? Date.parse(this.code.to) - Date.now() - clockAheadMs : 0;
    byId("door-bar").style.setProperty("--left", String(Math.max(0, Math.min(1, leftMs / STEP_MS))));
    tell(byId("door-left"), this.code && leftMs > 0 ? t("staff.door.left", { seconds: Math.ceil(leftMs / 1000) }) : "");
    // A code is taken for one step after its own, so the old one may stay on the screen while a new one is fetched.
    const isOver = this.code !== null && leftMs < -STEP_MS;
    this.panel.classList.toggle("is-over", isOver);
    const isClosed = this.event.state !== "running";
    tell(byId("door-notice"), isClosed ? t("staff.door.closed") : isOver || (this.failed && leftMs < -2000) ? t("staff.door.lost") : "");
    if (leftMs <= 0 && Date.now() - this.askedAt > RETRY_MS) this.#fetch();
  }

  async #fetch() {
    this.askedAt = Date.now();
    const gate = this.select.value || "1";
    const slug = this.event?.slug ?? "";
    try {
      const { items } = await this.session.ask(`/v1/events/${encodeURIComponent(slug)}/venue-codes?gate=${gate}&steps=1`);
      const [code] = items;
      if (this.event?.slug !== slug || this.select.value !== gate) return;
      const image = byId("door-qr");
      // Load before showing: a screen at a door must never flicker to an empty frame.
      const next = new Image();
      next.src = `/v1/qr?text=${encodeURIComponent(code.url)}`;
      await next.decode();
      image.src = next.src;
      image.alt = t("staff.door.alt", { gate: this.select.selectedOptions[0]?.textContent ?? gate });
      image.dataset.url = code.url;
      image.hidden = false;
      this.code = code;
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  async #toggleFull() {
    if (this.panel.classList.contains("is-full")) {
      this.#leaveFull();
      return;
    }
    this.#setFull(true);
    try {
      await this.panel.requestFullscreen();
      this.lock = await navigator.wakeLock?.request("screen");
    } catch {
      // Refused by the browser: the panel still fills the window.
    }
  }

  #leaveFull() {
    this.#setFull(false);
    if (document.fullscreenElement) document.exitFullscreen();
  }

  #setFull(/** @type {boolean} */ isFull) {
    this.panel.classList.toggle("is-full", isFull);
    byId("door-full").setAttribute("aria-pressed", String(isFull));
    first("span", byId("door-full")).textContent = t(isFull ? "staff.door.leave" : "staff.door.full");
    if (!isFull) this.lock?.release().catch(() => {});
  }
}
