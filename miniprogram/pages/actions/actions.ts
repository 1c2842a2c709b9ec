// Logging what nothing else can prove, WeRun's steps, photos that a person looks at, and the log itself.
import { Refused, newKey } from "../../lib/client";
import { codeOf } from "../../lib/codes";
import { deviceName, logAction, logged, tileOf } from "../../lib/tiles";
import type { Tile } from "../../lib/tiles";
import { more } from "../../lib/list";
import { go, page, tell } from "../../lib/page";
import { ask, askOpen, signInAgain } from "../../lib/session";
import { count, either, mass, momentOf, t, word } from "../../lib/texts";

type Row = { id: string; name: string; note: string; state: string; tone: string; points: string };
const TONES: Record<string, string> = { posted: "good", capped: "warn", pending: "warn", rejected: "bad", reversed: "bad" };
const STALE = ["session_key_stale", "session_key_malformed", "decrypt_failed"];

page(
  "actions",
  { tiles: [] as Tile[], photoTiles: [] as Tile[], photoMethod: 0, left: "", log: [] as { text: string; lines: string[] }[], rows: [] as Row[], cursor: null as string | null, isEmpty: false },
  {
    shown() {
      return this.read(async (options) => {
        const { items } = await askOpen("get", "/v1/methods", {}, options);
        // Here there is no code to scan: what is logged rests on one's own word, or on a photo.
        // A quantity that is being typed outlives a reading of the list.
        const typed = new Map(this.data.tiles.map(({ code, quantity }) => [code, quantity]));
        const own = items.filter((method) => method.self_declared_reason !== null && method.group !== "learning").map(tileOf);
        this.setData({
          tiles: own.map((tile) => ({ ...tile, quantity: typed.get(tile.code) ?? tile.quantity })),
          photoTiles: items.filter(({ evidence_wanted }) => evidence_wanted.includes("E4")).map(tileOf),
        });
        await this.readAllowances();
        await this.readRows(null);
      });
    },
    async readAllowances() {
      // Without an answer the tiles stay as they are, and the answer to a tap says what it brought.
      const told = await ask("get", "/v1/me/allowances", {}).catch(() => null);
      if (!told) return;
      const known = new Map(told.items.map((each) => [each.method, each]));
      this.setData({
        left: t("actions.left", { left: count(told.self_checkins_left), max: count(told.self_checkins_max) }),
        tiles: this.data.tiles.map((tile) => {
          const allowance = known.get(tile.code);
          return { ...tile, isUsedUp: allowance?.is_used_up ?? false, note: allowance?.is_used_up ? t("actions.used.up", { cap: word("cap", String(allowance.capped_by)) }) : "" };
        }),
      });
    },
    async readRows(cursor: string | null) {
      const found = await more(this.data.rows, cursor, (query) => ask("get", "/v1/me/actions", { query }), (act): Row => ({
        id: act.id,
        name: either(act.name),
        note: `${momentOf(act.occurred_at)} · ${mass(act.reduction_g)}`,
        state: t(`act.state.${act.state}` as "act.state.posted"),
        tone: TONES[act.state] ?? "",
        points: act.points > 0 ? t("act.worth", { points: count(act.points) }) : "",
      }));
      this.setData({ ...found, isEmpty: found.rows.length === 0 });
    },
    older() {
      return this.perform(() => this.readRows(this.data.cursor));
    },
    quantity({ currentTarget, detail }: WechatMiniprogram.Input) {
      this.setData({ tiles: this.data.tiles.map((tile) => (tile.code === currentTarget.dataset.code ? { ...tile, quantity: detail.value } : tile)) });
    },
    async log({ currentTarget }: WechatMiniprogram.TouchEvent) {
      const tile = this.data.tiles.find(({ code }) => code === currentTarget.dataset.code);
      if (!tile) return;
      const answer = await this.perform((options) => logAction({ method: tile.code, ...(tile.needsQuantity ? { quantity: Number(tile.quantity) } : {}) }, options));
      if (answer) await this.tellLogged(tile, answer);
    },
    async tellLogged(tile: Tile, answer: Parameters<typeof logged>[1]) {
      this.setData({ log: [logged(tile.name, answer)] });
      await this.readAllowances();
      await this.readRows(null);
    },

    scan() {
      wx.scanCode({ success: ({ result }) => this.toScene(codeOf(result)), fail: () => undefined });
    },
    async toScene(code: string) {
      const view = await this.perform((options) => ask("get", "/v1/codes/{code}", { path: { code } }, options));
      if (view) go(view.kind === "scene" ? "scene" : "event", { code });
    },

    /** WeChat encrypts steps with the key of the newest sign-in; where the server's is older, sign in and read once more. */
    async sync() {
      const answer = await this.perform(async (options) => {
        const steps = await werun();
        if (!steps) {
          tell(t("mini.actions.steps.refused"));
          return null;
        }
        try {
          return await this.send(steps, options);
        } catch (error) {
          if (!(error instanceof Refused) || !STALE.includes(error.code)) throw error;
          await signInAgain();
          const again = await werun();
          return again && this.send(again, options);
        }
      });
      if (!answer) return;
      const day = answer.days[answer.days.length - 1];
      const facts = { steps: count(day?.steps ?? 0), mass: mass(day?.reduction_g ?? 0), points: count(day?.points ?? 0) };
      const text = t(day?.state === "pending" ? "today.steps.pending" : !day || day.state === "unchanged" ? "today.steps.same" : "today.steps.done", facts);
      this.setData({ log: [{ text, lines: [] }] });
      await this.readRows(null);
    },
    send(body: { encrypted_data: string; iv: string }, options: object) {
      return ask("post", "/v1/me/steps", { body, header: { "X-Device": deviceName() } }, { ...options, key: newKey() });
    },

    choosePhoto({ detail }: WechatMiniprogram.PickerChange) {
      this.setData({ photoMethod: Number(detail.value) });
    },
    async photo() {
      const tile = this.data.photoTiles[this.data.photoMethod];
      const bytes = tile && (await chosenPhoto());
      if (!bytes) return;
      // Roughly where: who reviews the photo asks whether it can have been there.
      const place = await roughPlace();
      if (!place) return tell(t("mini.actions.photo.place"));
      const answer = await this.perform(async (options) => {
        const header = { "Content-Type": typeOf(bytes) };
        const { sha256 } = await ask("post", "/v1/me/photos", { body: bytes, header } as never, options);
        return logAction({ method: tile.code, evidence: { tier: "E4", photo: sha256, ...place }, ...(tile.needsQuantity ? { quantity: Number(tile.quantity) } : {}) }, options);
      });
      if (answer) await this.tellLogged(tile, answer);
    },
    explain({ currentTarget }: WechatMiniprogram.TouchEvent) {
      go("action", { id: currentTarget.dataset.id });
    },
  },
);

/** The steps as WeChat encrypted them; null where the citizen does not want that. */
const werun = (): Promise<{ encrypted_data: string; iv: string } | null> => new Promise((resolve) => wx.getWeRunData({ success: ({ encryptedData, iv }) => resolve({ encrypted_data: encryptedData, iv }), fail: () => resolve(null) }));

/** A photo that was taken or chosen, compressed by WeChat; null for none. */
const chosenPhoto = (): Promise<ArrayBuffer | null> =>
  new Promise((resolve) =>
    wx.chooseMedia({
      count: 1,
      mediaType: ["image"],
      sizeType: ["compressed"],
      success: ({ tempFiles }) => wx.getFileSystemManager().readFile({ filePath: tempFiles[0].tempFilePath, success: ({ data }) => resolve(data as ArrayBuffer), fail: () => resolve(null) }),
      fail: () => resolve(null),
    }),
  );

const roughPlace = (): Promise<{ lat: number; lon: number } | null> => new Promise((resolve) => wx.getFuzzyLocation({ type: "wgs84", success: ({ latitude, longitude }) => resolve({ lat: latitude, lon: longitude }), fail: () => resolve(null) }));

/** A file says by its first bytes what it is. */
function typeOf(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, 2);
  return first === 0x89 && second === 0x50 ? "image/png" : first === 0x52 && second === 0x49 ? "image/webp" : "image/jpeg";
}
