// Bundles the mini-program with WeChat's open renderer into one script for a browser: for tests and pictures, not for WeChat.
// node build.mjs OUT
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { BUILT_IN } from "./shims.mjs";

const { TmplGroup } = createRequire(import.meta.url)("glass-easel-template-compiler");
const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..", "miniprogram");
const read = (path) => readFileSync(join(ROOT, path), "utf8");
const app = JSON.parse(read("app.json"));
const components = Object.values(app.usingComponents).map((path) => path.slice(1));
const group = new TmplGroup();
for (const tag of Object.keys(BUILT_IN)) group.addTmpl(`wx/${tag}`, "<slot/>");
for (const path of [...app.pages, ...components]) {
  const troubles = group.addTmpl(path, read(`${path}.wxml`)) ?? [];
  for (const trouble of troubles) {
    console.error(`${path}.wxml: ${trouble.message ?? JSON.stringify(trouble)}`);
    process.exitCode = 1;
  }
}
const sheets = Object.fromEntries(["app", ...app.pages, ...components].filter((path) => existsSync(join(ROOT, `${path}.wxss`))).map((path) => [path, read(`${path}.wxss`)]));
const configs = Object.fromEntries([...app.pages, ...components].map((path) => [path, JSON.parse(read(`${path}.json`))]));
const icons = Object.fromEntries(app.tabBar.list.flatMap((tab) => [tab.iconPath, tab.selectedIconPath]).map((path) => [path, `data:image/png;base64,${readFileSync(join(ROOT, path)).toString("base64")}`]));
const modules = ["app", ...components, ...app.pages].map((path) => `${JSON.stringify(path)}: () => require(${JSON.stringify(join(ROOT, `${path}.ts`))})`);
// What tests ask by itself.
const libraries = ["texts", "codes", "journey", "client", "links"].map((name) => `${name}: () => require(${JSON.stringify(join(ROOT, "lib", `${name}.ts`))})`);
const entry = `
  import { start } from ${JSON.stringify(join(HERE, "harness.js"))};
  const libraries = { ${libraries.join(", ")} };
  const modules = { ${modules.join(",\n")} };
  window.libraryOf = (name) => libraries[name]();
  window.startMiniProgram = (options) => start({ app: ${JSON.stringify(app)}, sheets: ${JSON.stringify(sheets)}, configs: ${JSON.stringify(configs)}, icons: ${JSON.stringify(icons)},
    compiled: ${JSON.stringify(group.getTmplGenObjectGroups())}, modules }, options);
`;
const bundled = await build({ stdin: { contents: entry, resolveDir: HERE, loader: "js" }, bundle: true, write: false, format: "iife", target: "es2022", logLevel: "error" });
writeFileSync(process.argv[2], bundled.outputFiles[0].text);
