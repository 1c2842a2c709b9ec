// Yearly figures on minors' data: a table with a bar for each figure, and the same to take along.
import { byId, h, tell } from "../shared/dom.js";
import { fetchFile, save } from "../shared/files.js";
import { explain } from "../shared/refusal.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";
import { LANGUAGE, count, dayOf, t } from "../shared/i18n.js";

const session = new Session("staff");
const onWait = waitIn(byId("minors-notice"));

byId("year").addEventListener("change", load);
for (const [id, path, accept, ending] of [
  ["minors-csv", "/v1/reports/minors.csv", "text/csv", "csv"],
  ["minors-json", "/v1/reports/minors", "application/json", "json"],
]) {
  byId(id).addEventListener("click", async () => {
    try {
      save(await fetchFile(session, `${path}?year=${byId("year").value}&language=${LANGUAGE}`, accept), `minors-${byId("year").value}.${ending}`);
    } catch (error) {
      fail(error);
    }
  });
}

const signIn = new StaffSignIn(session, byId("minors-panel"), { onOpen: open });
signIn.start();

async function open() {
  const thisYear = new Date().getFullYear();
  byId("year").replaceChildren(...Array.from({ length: 3 }, (_, n) => h("option", { value: String(thisYear - n) }, String(thisYear - n))));
  await load();
}

function fail(/** @type {any} */ error) {
  if (!signIn.isSignedOut(error)) tell(byId("minors-notice"), explain(error));
}

async function load() {
  try {
    const report = await patiently(() => session.ask(`/v1/reports/minors?year=${byId("year").value}`), { onWait });
    byId("minors-as-of").textContent = t("minors.as.of", { day: dayOf(report.as_of), n: report.hidden_below });
    byId("minors").replaceChildren(...report.items.map((item) => row(item, report)));
  } catch (error) {
    fail(error);
  }
}

/** A figure, its band of age, its number, and a bar against the largest band of the same figure. */
function row(/** @type {AnswerOf<"/v1/reports/minors">["items"][number]} */ item, /** @type {AnswerOf<"/v1/reports/minors">} */ report) {
  const most = Math.max(1, ...report.items.filter(({ figure }) => figure === item.figure).map((each) => each.count ?? 0));
  const number = item.count === null ? t("minors.few", { n: report.hidden_below }) : count(item.count);
  const name = t(`minors.figure.${item.figure}`);
  return h(
    "tr",
    { "data-figure": item.figure, "data-band": item.band },
    h("td", {}, name),
    h("td", {}, t(`minors.band.${item.band}`)),
    h("td", { class: "num" }, number),
    h("td", {}, h("progress", { max: most, value: item.count ?? 0, "aria-label": `${name} ${number}` })),
  );
}
