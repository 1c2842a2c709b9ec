// JSON Schema as rows of a table, and as an example to send.

const DEPTH_MAX = 5;

export class Schemas {
  constructor(/** @type {OpenApi} */ document) {
    this.components = document.components?.schemas ?? {};
  }

  /** The schema itself, its $ref followed. @param {any} schema */
  resolve(schema) {
    const name = schema?.$ref?.split("/").pop();
    return name ? { title: name, ...this.components[name] } : (schema ?? {});
  }

  /** A type in words: "string · uuid", "list of Line", "integer or null". @param {any} schema @returns {string} */
  typeOf(schema) {
    if (schema.$ref) return this.resolve(schema).title;
    const options = schema.anyOf ?? schema.oneOf;
    if (options) return options.map((/** @type {any} */ option) => this.typeOf(option)).join(" | ");
    if (schema.enum) return schema.enum.map((/** @type {any} */ value) => JSON.stringify(value)).join(" | ");
    if ("const" in schema) return JSON.stringify(schema.const);
    if (schema.type === "array") return `[${this.typeOf(schema.items ?? {})}]`;
    const bounds = [
      schema.minimum !== undefined ? `≥ ${schema.minimum}` : null,
      schema.maximum !== undefined ? `≤ ${schema.maximum}` : null,
      schema.minLength > 1 ? `≥ ${schema.minLength} chars` : null,
      schema.maxLength !== undefined ? `≤ ${schema.maxLength} chars` : null,
    ].filter(Boolean);
    return [schema.type ?? "any", schema.format, ...bounds].filter(Boolean).join(" · ");
  }

  /** Rows {name, type, about, isRequired, depth}; objects inside are unfolded, each name once on a path. @param {any} schema @param {string[]} seen @returns {any[]} */
  rows(schema, depth = 0, seen = []) {
    const object = this.#objectIn(schema);
    if (!object.properties || depth > DEPTH_MAX) return [];
    return Object.entries(object.properties).flatMap((/** @type {[string, any]} */ [name, property]) => {
      const inner = this.#objectIn(property);
      const row = {
        name,
        type: this.typeOf(property),
        about: property.description ?? "",
        isRequired: (object.required ?? []).includes(name),
        fallback: property.default,
        depth,
      };
      const isKnown = inner.title && seen.includes(inner.title);
      return [row, ...(inner.properties && !isKnown ? this.rows(inner, depth + 1, [...seen, inner.title]) : [])];
    });
  }

  /** A value that fits, required fields only. @param {any} schema @returns {any} */
  example(schema, depth = 0) {
    const found = this.resolve(schema);
    if (found.default !== undefined && found.default !== null) return found.default;
    if (found.enum) return found.enum[0];
    const options = found.anyOf ?? found.oneOf;
    if (options) return this.example(options.find((/** @type {any} */ option) => option.type !== "null") ?? {}, depth);
    if (found.type === "object" || found.properties) {
      if (depth > DEPTH_MAX) return {};
      const required = found.required?.length ? found.required : Object.keys(found.properties ?? {}).slice(0, 2);
      return Object.fromEntries(required.map((/** @type {string} */ name) => [name, this.example(found.properties?.[name] ?? {}, depth + 1)]));
    }
    if (found.type === "array") return [];
    if (found.type === "integer" || found.type === "number") return found.minimum ?? 1;
    if (found.type === "boolean") return true;
    if (found.format === "date-time") return "2026-08-01T09:00:00+08:00";
    if (found.format === "date") return "2026-08-01";
    return "…";
  }

  /** The object in a schema: itself, the items of a list, or the one that may also be null. @param {any} schema @returns {any} */
  #objectIn(schema) {
    const found = this.resolve(schema);
    if (found.type === "array" && found.items) return this.#objectIn(found.items);
    const options = (found.anyOf ?? found.oneOf)?.filter((/** @type {any} */ option) => option.type !== "null");
    return options?.length === 1 ? this.#objectIn(options[0]) : found;
  }
}
