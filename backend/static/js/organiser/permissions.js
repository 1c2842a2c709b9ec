// What each role is offered on the organisers' pages; the server decides all the same.
const HOST = ["organiser", "operator"];
const AT_THE_VENUE = ["staff", ...HOST];
const RIGHTS = { file: HOST, badges: AT_THE_VENUE, venue: AT_THE_VENUE };

/** Without a right to name, everybody who signed in may. */
export const may = (role, right) => right === undefined || RIGHTS[right].includes(role);
