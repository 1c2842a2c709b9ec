// The name of a city in the page's language, by the page's list of cities.
import { byId } from "./dom.js";

/** The list has each city in the page's language, with its name in the other one; one that it lacks is shown as it is. @param {string} city */
export const cityName = (city) => [...byId("cities").options].find((option) => option.textContent === city)?.value ?? city;
