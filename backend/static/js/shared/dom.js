// Elements without innerHTML: what the server says is only ever text.

const SVG = "http://www.w3.org/2000/svg";

/** The element of an id that the page, or a script, gives; the type check knows which ids there are. @type {ById} */
export const byId = (id) => /** @type {any} */ (document.getElementById(id));

/** The field of a form by its name: an input, a select, or all radio buttons of that name. @type {FieldOf} */
export const fieldOf = (form, name) => /** @type {any} */ (form.elements.namedItem(name));

/** The values of a form's fields by their names. @param {HTMLFormElement} form @returns {Record<string, string>} */
export const valuesOf = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));

/** The first element that a selector finds, where there always is one. @type {First} */
export const first = (selector, within = document) => /** @type {any} */ (within.querySelector(selector));

/** Every element that a selector finds. @type {All} */
export const all = (selector, within = document) => /** @type {any} */ ([...within.querySelectorAll(selector)]);

/** An element: attributes, then children (strings become text; null and false are left out). @type {CreateElement} */
export const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice("on".length), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  const shown = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  element.append(...shown.map((child) => (child instanceof Node ? child : String(child))));
  return element;
};

/** An element of a drawing. @type {CreateShape} */
export const shape = (tag, attributes) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
};

/** @param {string} name @param {string} [className] */
export function icon(name, className = "icon") {
  const picture = shape("svg", { class: className, "aria-hidden": "true" });
  picture.append(shape("use", { href: `/static/icons.svg#${name}` }));
  return picture;
}

/** Show a text in an element that is hidden while it has nothing to say. @param {HTMLElement} element @param {string | null} [text] */
export function tell(element, text) {
  element.hidden = !text;
  if (element.textContent !== text) element.textContent = text ?? "";
}
