// A citizen's account in the browser, with what the mini-program offers.
import { ask } from "../shared/api.js";
import { citizenSession, isDemo, nameOf } from "../shared/citizen.js";
import { readBoard } from "./leaderboard.js";
import { readCauses } from "./causes.js";
import { readCertificates } from "./certificates.js";
import { readConsents } from "./consents.js";
import { readCompanions } from "../phone/companions.js";
import { byId, first, h, tell } from "../shared/dom.js";
import { askToMerge, forgetMerge, takeMerge } from "./merge.js";
import { readMinors } from "./minors.js";
import { readNotices } from "./notices.js";
import { readPhotos } from "./photo_evidence.js";
import { readPeriods } from "./periods.js";
import { readObjections, readPrivacy } from "./privacy.js";
import { readOverview } from "./overview.js";
import { readProfile } from "./profile.js";
import { readQuiz } from "./quiz.js";
import { readRedemptions } from "./redemptions.js";
import { readReport } from "./report.js";
import { readRewards } from "./rewards.js";
import { readSessions } from "./sessions.js";
import { readSources } from "./sources.js";
import { Section, panelOf } from "../shared/lazy_section.js";
import { showDemoPerson } from "../shared/demo_person.js";
import { readStatement } from "./statement.js";
import { Tabs } from "./tabs.js";
import { readWaysIn } from "./ways_in.js";
import { Stopped } from "../shared/retry.js";
import { signInBySheet } from "../shared/sign_in_sheet.js";
import { TAB, forget, keep, recall } from "../shared/web_storage.js";
import { readTeams } from "./teams.js";
import { readToday } from "./action_log.js";
import { count, t } from "../shared/i18n.js";

/** The readers of each tab's sections. @type {Record<string, Record<string, (account: Account, section: Section) => () => Promise<unknown>>>} */
const TABS = {
  overview: { overview: readOverview, certificates: readCertificates, companions: readCompanions },
  today: { today: readToday, photos: readPhotos },
  statement: { statement: readStatement, objections: readObjections },
  rewards: { rewards: readRewards, redemptions: readRedemptions },
  report: { report: readReport, periods: readPeriods },
  together: { quiz: readQuiz, causes: readCauses, board: readBoard, teams: readTeams },
  me: { notices: readNotices, profile: readProfile, ways: readWaysIn, sessions: readSessions, sources: readSources, consents: readConsents, minors: readMinors, privacy: readPrivacy },
};

/** What the sections share: the session, the balance, the catalogue. */
export class Account {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.sections = new Map();
    /** @type {Promise<Map<string, ItemOf<"/v1/methods">>> | null} */
    this.catalogue = null;
    this.ask = session.ask;
    /** @type {Post} */
    this.post = (path, body, key) => session.ask(path, { method: "POST", body, key });
    for (const readers of Object.values(TABS)) {
      for (const [name, start] of Object.entries(readers)) {
        /** @type {Section} */
        const section = new Section(panelOf(name), () => read());
        /** @type {() => Promise<unknown>} */
        const read = start(this, section);
        this.sections.set(name, section);
      }
    }
  }

  /** The catalogue's methods by code, asked for once. */
  async methods() {
    this.catalogue ??= ask("/v1/methods").then(({ items }) => new Map(items.map((method) => [method.code, method])));
    try {
      return await this.catalogue;
    } catch (error) {
      this.catalogue = null;
      throw error;
    }
  }

  showBalance(/** @type {number} */ balance) {
    byId("balance").textContent = count(balance);
    tell(byId("balance-chip"), t("account.points.chip", { points: count(balance) }));
  }

  /** Points or reductions changed: the sections in view are read again now, the others when they are opened. */
  changed(/** @type {number | null} */ balance = null) {
    if (balance !== null) this.showBalance(balance);
    for (const section of this.sections.values()) section.isStale = true;
    this.openTab(document.body.dataset.tab);
  }

  openTab(/** @type {string} */ tab = "overview") {
    return Promise.all(Object.keys(TABS[tab]).map((name) => this.sections.get(name).open()));
  }
}

/** The tab, or a guardian's code, that stood behind the # before a provider's page. */
const KEPT = "account.hash";
const session = citizenSession();

function start() {
  const opened = recall(KEPT, TAB);
  forget(KEPT, TAB);
  if (opened && !location.hash) history.replaceState(null, "", opened);
  byId("dialog").addEventListener("click", ({ target }) => target === byId("dialog") && byId("dialog").close());
  // Whoever has left for good is signed out when the receipt was read.
  byId("dialog").addEventListener("close", () => !isDemo && wasOpen && !session.isOpen && location.reload());
  const wasOpen = session.isOpen;
  byId("account-sign-in").addEventListener("click", signIn);
  if (isDemo || session.isOpen) open();
  else showSignedOut("");
}

async function signIn() {
  const leave = () => {
    forgetMerge();
    keep(KEPT, location.hash, TAB);
  };
  const tokens = await signInBySheet({ note: t("account.signed.out.note"), leave });
  if (tokens === null) return;
  forgetMerge();
  session.open(tokens);
  // The sections of somebody else, who was signed in before, go with the page.
  location.reload();
}

/** @param {string} text */
function showSignedOut(text) {
  byId("account").hidden = true;
  byId("signed-out").hidden = false;
  tell(byId("signed-out-why"), text);
}

function open() {
  const other = takeMerge(session);
  showWho();
  const account = new Account(session);
  // A session that ends while the page is open asks its person once, and the sections go on from there.
  if (!isDemo)
    session.signIn = async () => {
      const before = personOfPage;
      const tokens = await signInBySheet({ note: t("account.ended") });
      if (tokens === null) {
        showSignedOut(t("account.ended"));
        throw new Stopped();
      }
      if (tokens.citizen?.id !== before) setTimeout(() => location.reload());
      return tokens;
    };
  const personOfPage = session.tokens?.citizen?.id;
  byId("account").hidden = false;
  const language = /** @type {HTMLAnchorElement} */ (first("#language"));
  const tabs = new Tabs(byId("tabs"), (tab) => {
    // The other language opens where one is.
    language.href = `${language.href.split("#")[0]}#${tab}`;
    account.openTab(tab);
  });
  tabs.start();
  // The balance stands above every tab, so the overview is read whichever tab is opened first.
  if (document.body.dataset.tab !== "overview") account.sections.get("overview")?.open();
  if (other !== null) askToMerge(account, other);
}

/** Whose account this is, and how to leave it. */
function showWho() {
  const otherWay = h("button", { class: "button quiet tiny", type: "button", id: "sign-in-other", onclick: signIn }, t("sign_in.in.other"));
  if (isDemo && (session.tokens?.way ?? "demo") === "demo") return showDemoPerson(" ", otherWay);
  const leave = h("button", { class: "button quiet tiny", type: "button", id: "sign-out" }, t("sign_in.out"));
  leave.addEventListener("click", async () => {
    await session.ask("/v1/sessions/current", { method: "DELETE" }).catch(() => {});
    session.close();
    forgetMerge();
    location.reload();
  });
  byId("who").replaceChildren(nameOf(session), " ", leave);
}

start();
