// The ways in that this service offers, in the order in which a page shows them.
import { ask } from "./api.js";

/** @typedef {Schema<"WayIn"> & {facts: any}} Way */

/** @returns {Promise<Way[]>} */
export async function waysIn() {
  return (await ask("/v1/sessions/ways")).items;
}
