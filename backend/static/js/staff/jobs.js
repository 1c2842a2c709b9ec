// Jobs with their last run, what waits, and what failed for good.
import { byId, h, tell } from "../shared/dom.js";
import { count, either, momentOf, t } from "../shared/i18n.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";
import { deskForm, reasonField } from "./desk_form.js";

const AGAIN_MS = 15_000;
/** @typedef {AnswerOf<"/v1/jobs">} Jobs */

const session = new Session("staff");
let timer = 0;
const signIn = new StaffSignIn(session, byId("jobs-panel"), { onOpen: load, onClose: () => clearTimeout(timer) });
const isSignedOut = (/** @type {any} */ error) => signIn.isSignedOut(error);
signIn.start();

async function load() {
  clearTimeout(timer);
  try {
    show(await patiently(() => session.ask("/v1/jobs"), { onWait: waitIn(byId("jobs-notice")) }));
    tell(byId("jobs-notice"), "");
  } catch (error) {
    if (isSignedOut(error)) return;
    tell(byId("jobs-notice"), explain(error));
  }
  timer = setTimeout(load, AGAIN_MS);
}

/** What somebody is writing a reason for stays as it is. @param {Jobs} answer */
function show({ jobs, tasks, dead_letters }) {
  if (document.querySelector("#jobs-panel details[open]")) return;
  byId("tasks").textContent = t("tasks.tasks", { waiting: count(tasks.waiting), dead: count(tasks.dead) });
  byId("jobs").replaceChildren(...jobs.map(jobCard));
  byId("letters").replaceChildren(...dead_letters.map(letterCard));
  byId("letters-none").hidden = dead_letters.length > 0;
}

/** @param {Jobs["jobs"][number]} job */
function jobCard(job) {
  const result = Object.entries(job.last_result ?? {}).map(([name, n]) => `${name} ${count(n)}`).join(" · ");
  /** @type {[string, string | null][]} */
  const facts = [["tasks.last", job.last_ended_at && momentOf(job.last_ended_at)], ["tasks.next", momentOf(job.next_at)], ["tasks.result", result || null], ["tasks.error", job.last_error], ["tasks.failures", job.failures ? count(job.failures) : null]];
  return h(
    "li",
    { class: "card desk-row", "data-row": job.name },
    h("div", { class: "card-head" }, h("h3", {}, either(job.about)), h("div", { class: "chips" }, h("span", { class: "chip", "data-state": ["failing", "late"].includes(job.state) ? "lost" : "" }, t(`tasks.state.${job.state}`)))),
    h("p", { class: "note" }, `${job.name} · ${either(job.rhythm)}`),
    h("dl", { class: "facts" }, facts.map(([name, value]) => value !== null && h("div", {}, h("dt", {}, t(name)), h("dd", {}, value)))),
    act("tasks.run", (body) => session.ask(`/v1/jobs/${/** @type {any} */ (job.name)}/runs`, { method: "POST", body })),
  );
}

/** @param {Jobs["dead_letters"][number]} letter */
function letterCard(letter) {
  return h(
    "li",
    { class: "card desk-row", "data-row": letter.id },
    h("div", { class: "card-head" }, h("h3", {}, letter.kind), h("span", { class: "chip", "data-state": "lost" }, momentOf(letter.failed_at))),
    h("p", { class: "note" }, t("tasks.attempts", { n: count(letter.attempts) })),
    h("pre", { class: "code" }, letter.error),
    act("tasks.again", (body) => session.ask(`/v1/dead-letters/${/** @type {any} */ (letter.id)}/attempts`, { method: "POST", body })),
    act("tasks.dismiss", (body) => session.ask(`/v1/dead-letters/${/** @type {any} */ (letter.id)}/dismissal`, { method: "POST", body })),
  );
}

/** @param {string} key @param {(body: any) => Promise<unknown>} perform */
function act(key, perform) {
  return deskForm({
    summary: key,
    go: key,
    fields: [reasonField()],
    send: async (body) => {
      await perform(body);
      setTimeout(load);
    },
    isSignedOut,
  });
}
