// What each role is offered on the organisers' pages; the server decides all the same.
const HOST = ["organiser", "operator"];
const AT_THE_VENUE = ["staff", ...HOST];
/** @type {Record<string, string[]>} */
const RIGHTS = { file: HOST, badges: AT_THE_VENUE, venue: AT_THE_VENUE };

/** Without a right to name, every role may. */
export const may = (/** @type {string} */ role, /** @type {string | undefined} */ right) => right === undefined || RIGHTS[right].includes(role);
