// Shapes that several page scripts pass to each other.

/** What signing in answers: staff and citizens alike. */
interface Tokens {
  access_token: string;
  refresh_token: string;
  staff?: Schema<"StaffBrief">;
  citizen?: Schema<"CitizenBrief">;
  /** How a citizen signed in: the provider of the way. */
  way?: string;
}

type Session = import("../../backend/static/js/shared/session.js").Session;
type Section = import("../../backend/static/js/shared/lazy_section.js").Section;
type Desk = import("../../backend/static/js/organiser/organiser.js").Desk;
type Account = import("../../backend/static/js/account/account.js").Account;

/** A wait for a busy server or a lost network; `now` ends it early, `stop` gives up. */
interface Wait {
  reason: "busy" | "offline";
  seconds: number;
  now(): void;
  stop(): void;
}
type OnWait = (wait: Wait | null) => unknown;

/** Where a wait is shown, and a refusal. */
interface Notices {
  waiting: HTMLElement;
  refusal: HTMLElement;
}

/** A code that rotates, with the instants in ms between which it is shown. */
interface RotatingCode {
  code: string;
  url?: string;
  from: number;
  to: number;
}

/** The device that scans on the scanner page. */
type Device = Schema<"DeviceSession">;
/** What staff scanned: a code that was read, or a badge that was chosen by its serial. */
type Scanned = { code?: string; serial?: number };
/** A scan made offline, as it waits in the queue; `told` is the code of the answer that was shown. */
type QueuedScan = Scanned & { id: string; gate: number; direction: "entry" | "exit"; at_device: string; told: string; known: number | null; device_id: string; override?: Schema<"QueuedOverride"> };

/** A text that the server holds in both languages. */
/** The answer of a scan, of a refined journey, or an attendance that was read again. */
type ScanResult = Pick<Schema<"ScanAnswer">, "footprint" | "offset" | "offset_status" | "certificate"> & {
  outcome: "joined" | "already_joined" | "present" | "refined";
  points?: { earned?: number; balance?: number; pending?: number; capped_by?: string };
  companion?: Schema<"CompanionBrief">;
  waiting_g?: number;
};

/** An item of a list that a route answers with. */
type ItemOf<P extends string> = AnswerOf<P>["items"][number];

interface PageOf<I> {
  items: I[];
  next_cursor?: string | null;
}
type BothLanguages = { "zh-CN": string; en: string };
type Stats = AnswerOf<"/v1/events/{slug}/stats">;
type EventView = AnswerOf<"/v1/events/{slug}">;
type Footprint = Schema<"Footprint">;
