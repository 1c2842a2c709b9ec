// A QR code of a short text, made where it is shown: a screen and a phone go on without their connection.
import { correction, generate } from "../../vendor/lean-qr/lean-qr.js";
import { h, shape } from "./dom.js";

// Modules of light around the code (ISO/IEC 18004); with fewer a camera may not find it.
const QUIET = 4;

/** The code as an SVG element, dark on white whatever the page's colours are: some cameras read nothing else. @param {string} text @param {string} label */
export function qrPicture(text, label) {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const side = code.size + 2 * QUIET;
  const modules = Array.from({ length: code.size ** 2 }, (_, n) => [n % code.size, Math.floor(n / code.size)]);
  const path = modules.map(([x, y]) => (code.get(x, y) ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")).join("");
  const picture = shape("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" });
  picture.append(shape("rect", { width: side, height: side, fill: "#fff" }), shape("path", { d: path, fill: "#000" }));
  return h("div", { class: "qr" }, picture);
}
