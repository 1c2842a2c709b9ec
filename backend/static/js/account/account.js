// A citizen's account in the browser, with what the mini-program offers.
import { ask } from "../shared/api.js";
import { readBoard } from "./leaderboard.js";
import { readCauses } from "./causes.js";
import { readCertificates } from "./certificates.js";
import { readConsents } from "./consents.js";
import { readCompanions } from "../phone/companions.js";
import { byId, first, tell } from "../shared/dom.js";
import { readMinors } from "./minors.js";
import { readObjections, readPrivacy } from "./privacy.js";
import { readOverview } from "./overview.js";
import { readQuiz } from "./quiz.js";
import { readRedemptions } from "./redemptions.js";
import { readReport } from "./report.js";
import { readRewards } from "./rewards.js";
import { Section, panelOf } from "../shared/lazy_section.js";
import { demoSession, showDemoPerson } from "../shared/demo_person.js";
import { readStatement } from "./statement.js";
import { Tabs } from "./tabs.js";
import { readTeams } from "./teams.js";
import { readToday } from "./action_log.js";
import { count, t } from "../shared/i18n.js";

/** The readers of each tab's sections. @type {Record<string, Record<string, (account: Account, section: Section) => () => Promise<unknown>>>} */
const TABS = {
  overview: { overview: readOverview, certificates: readCertificates, companions: readCompanions },
  today: { today: readToday },
  statement: { statement: readStatement, consents: readConsents, minors: readMinors, privacy: readPrivacy, objections: readObjections },
  rewards: { rewards: readRewards, redemptions: readRedemptions },
  report: { report: readReport },
  together: { quiz: readQuiz, causes: readCauses, board: readBoard, teams: readTeams },
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

function start() {
  // Outside demo mode a citizen signs in through WeChat only, which this page cannot do.
  if (document.body.dataset.demo !== "true") {
    byId("wechat").hidden = false;
    return;
  }
  showDemoPerson();
  const account = new Account(demoSession());
  byId("account").hidden = false;
  byId("dialog").addEventListener("click", ({ target }) => target === byId("dialog") && byId("dialog").close());
  const language = /** @type {HTMLAnchorElement} */ (first("#language"));
  const tabs = new Tabs(byId("tabs"), (tab) => {
    // The other language opens where one is.
    language.href = `${language.href.split("#")[0]}#${tab}`;
    account.openTab(tab);
  });
  tabs.start();
  // The balance stands above every tab, so the overview is read whichever tab is opened first.
  if (document.body.dataset.tab !== "overview") account.sections.get("overview")?.open();
}

start();
