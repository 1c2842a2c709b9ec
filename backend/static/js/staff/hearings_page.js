// The page where an organisation answers and appeals, until its own page does.
import { byId, tell } from "../shared/dom.js";
import { explain } from "../shared/refusal.js";
import { Session } from "../shared/session.js";
import { StaffSignIn } from "../shared/sign_in.js";
import { showHearings } from "./hearings.js";

const session = new Session("staff");
const signIn = new StaffSignIn(session, byId("hearings-panel"), { onOpen: open });
signIn.start();

async function open() {
  try {
    await showHearings(session, byId("hearings"));
  } catch (error) {
    if (!signIn.isSignedOut(error)) tell(byId("hearings-notice"), explain(error));
  }
}
