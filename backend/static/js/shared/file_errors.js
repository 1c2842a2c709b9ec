// What is wrong with the rows of a file that was sent: a list to open, and a text to take along.
import { h, icon } from "./dom.js";
import { save } from "./files.js";
import { LANGUAGE, count, t, word } from "./i18n.js";

/**
 * A mistake of a file: rows are counted as a spreadsheet does, columns are named as in its first row.
 * @typedef {{row: string, column: string, reason: string}} FileError
 */

/** The mistakes of a refusal, whose pointers are /rows/<row>/<column>. @param {any} refused @returns {FileError[]} */
export function errorsOf(refused) {
  return (refused?.errors ?? []).map((/** @type {Schema<"ProblemError">} */ { pointer, detail }) => {
    const [, , row, column] = pointer.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    return { row: row ?? "", column: column ?? "", reason: detail };
  });
}

/** How many mistakes a file has: those that are listed, and more where the refusal says so. @param {any} refused @param {FileError[]} errors */
export const totalOf = (refused, errors) => Math.max(errors.length, Number(refused?.facts?.errors_total ?? 0));

/** What people call a column of a file: its Chinese name beside that of the interface. @param {string} family @param {string} column */
function columnName(family, column) {
  const [name] = word(`import_column.${family}`, column).split("|");
  return LANGUAGE === "zh-CN" && name !== column ? `${name}（${column}）` : column;
}

/** The list, closed until somebody opens it. `total` counts those that are not listed too; `family` names the import. @param {FileError[]} refused @param {number} total @param {string} family */
export function errorList(refused, total, family) {
  const errors = refused.map((each) => ({ ...each, column: columnName(family, each.column) }));
  const rows = errors.map(({ row, column, reason }) => h("tr", {}, h("td", { class: "num" }, row), h("td", {}, column), h("td", {}, reason)));
  const names = ["row", "column", "reason"].map((name) => h("th", { scope: "col" }, t(`organiser.file.errors.${name}`)));
  const table = h("table", { class: "table compact" }, h("thead", {}, h("tr", {}, names)), h("tbody", {}, rows));
  const take = h("button", { class: "button tiny", type: "button" }, icon("download"), h("span", {}, t("organiser.file.errors.save")));
  take.addEventListener("click", () => save(textOf(errors), "errors.txt"));
  const more = total > errors.length ? h("p", { class: "note" }, t("organiser.file.errors.more", { n: count(total - errors.length) })) : "";
  return h("details", { class: "file-errors" }, h("summary", {}, t("organiser.file.errors", { n: count(total) })), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("organiser.file.errors.reason") }, table), more, take);
}

/** A plain text, which no spreadsheet program calculates; the mark says that it is UTF-8. @param {FileError[]} errors */
function textOf(errors) {
  const lines = errors.map(({ row, column, reason }) => `${t("organiser.file.errors.row")} ${row}, ${t("organiser.file.errors.column")} ${column}: ${reason}`);
  return new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/plain" });
}
