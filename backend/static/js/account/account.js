// A citizen's account in the browser: the stand-in for the mini-program.
import { ask } from "../shared/api.js";
import { readBoard } from "./leaderboard.js";
import { readCauses } from "./causes.js";
import { readCompanions } from "../phone/companions.js";
import { byId, h, tell } from "../shared/dom.js";
import { readOverview } from "./overview.js";
import { readQuiz } from "./quiz.js";
import { readRedemptions } from "./redemptions.js";
import { readReport } from "./report.js";
import { readRewards } from "./rewards.js";
import { Section, panelOf } from "../shared/lazy_section.js";
import { demoPerson, demoSession } from "../shared/session.js";
import { readStatement } from "./statement.js";
import { Tabs } from "./tabs.js";
import { readTeams } from "./teams.js";
import { readToday } from "./action_log.js";
import { count, t } from "../shared/i18n.js";

const PARTS = {
  overview: { overview: readOverview, companions: readCompanions },
  today: { today: readToday },
  statement: { statement: readStatement },
  rewards: { rewards: readRewards, redemptions: readRedemptions },
  report: { report: readReport },
  together: { quiz: readQuiz, causes: readCauses, board: readBoard, teams: readTeams },
};

class Account {
  constructor(session) {
    this.session = session;
    this.sections = new Map();
    this.balance = null;
    for (const parts of Object.values(PARTS)) {
      for (const [name, start] of Object.entries(parts)) {
        const section = new Section(panelOf(name), () => read());
        const read = start(this, section);
        this.sections.set(name, section);
      }
    }
  }

  ask(path, options) {
    return this.session.ask(path, options);
  }

  post(path, body, key) {
    return this.session.ask(path, { method: "POST", body, key });
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

  showBalance(balance) {
    this.balance = balance;
    byId("balance").textContent = count(balance);
    tell(byId("balance-chip"), t("account.points.chip", { points: count(balance) }));
  }

  /** Something moved: what is in view is read again now, the rest when it is looked at. */
  changed(balance = null) {
    if (balance !== null) this.showBalance(balance);
    for (const section of this.sections.values()) section.isStale = true;
    this.openPart(document.body.dataset.tab);
  }

  openPart(tab) {
    return Promise.all(Object.keys(PARTS[tab]).map((name) => this.sections.get(name).open()));
  }
}

function showWho() {
  const other = h("button", { class: "button quiet tiny", type: "button" }, t("phone.demo.other"));
  other.addEventListener("click", () => {
    demoPerson.another();
    location.reload();
  });
  byId("who").replaceChildren(t("phone.demo.as", { name: demoPerson.name }), " ", other);
}

function start() {
  // Outside demo mode a citizen signs in through WeChat only, which this page cannot do.
  if (document.body.dataset.demo !== "true") {
    byId("wechat").hidden = false;
    return;
  }
  showWho();
  const account = new Account(demoSession());
  byId("account").hidden = false;
  byId("dialog").addEventListener("click", (event) => event.target === byId("dialog") && byId("dialog").close());
  const language = byId("language");
  const tabs = new Tabs(byId("tabs"), (tab) => {
    // The other language opens where one is.
    language.href = `${language.getAttribute("href").split("#")[0]}#${tab}`;
    account.openPart(tab);
  });
  tabs.start();
  // The balance stands above every part, whichever was opened first.
  if (document.body.dataset.tab !== "overview") account.sections.get("overview").open();
}

start();
