// Operators bring table files: scenes, and the coupon codes of a reward.
import { byId, h } from "../shared/dom.js";
import { sendTable } from "../shared/file_sending.js";
import { count, either, t } from "../shared/i18n.js";
import { patiently } from "../shared/retry.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { waitIn } from "../shared/wait_notice.js";

const REWARDS = 100;
const session = new Session("staff");
const signIn = new StaffSignIn(session, byId("files-panel"), { onOpen: open });
signIn.start();

byId("file-kind").addEventListener("change", showKind);
byId("file-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const [file] = byId("file").files ?? [];
  const kind = byId("file-kind").value;
  const reason = new URLSearchParams({ reason: byId("file-reason").value.trim() });
  const path = kind === "scenes" ? "/v1/scene-imports" : `/v1/rewards/${encodeURIComponent(byId("file-reward").value)}/codes`;
  byId("file-send").disabled = true;
  const told = (/** @type {any} */ answer) => t(`files.${kind}.made`, { n: count(answer.imported) });
  const isTaken = await sendTable(session, `${path}?${reason}`, file, byId("file-told"), { sentence: told, family: kind, isSignedOut: (error) => signIn.isSignedOut(error) });
  byId("file-send").disabled = false;
  if (!isTaken) return;
  byId("file").value = "";
  byId("file-reason").value = "";
});

async function open() {
  showKind();
  const page = await patiently(() => session.ask(`/v1/rewards?limit=${REWARDS}`), { onWait: waitIn(byId("file-columns")) });
  const withCodes = page.items.filter((reward) => reward.has_codes);
  byId("file-reward").replaceChildren(...withCodes.map((reward) => h("option", { value: reward.slug }, either(reward.name))));
  showKind();
}

function showKind() {
  const kind = byId("file-kind").value;
  const hasRewards = byId("file-reward").options.length > 0;
  byId("file-reward-row").hidden = kind !== "codes" || !hasRewards;
  byId("file-columns").textContent = t(kind === "codes" && !hasRewards ? "files.codes.none" : `files.${kind}.columns`);
  byId("file-send").disabled = kind === "codes" && !hasRewards;
}
