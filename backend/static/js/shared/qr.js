// A QR code of a short text, made where it is shown: a screen and a phone go on without their connection.
// ISO/IEC 18004, bytes, error correction M, versions 1 to 9 (180 bytes), quiet zone of four modules.
import { h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4;
// By version, from 1: codewords in all, of error correction in each block, and blocks.
const CODEWORDS = [0, 26, 44, 70, 100, 134, 172, 196, 242, 292];
const CORRECTION = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22];
const BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5];
const ALIGNMENT = [[], [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46]];
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** The code as an SVG element, dark on white whatever the page's colours are: some cameras read nothing else. */
export function qrPicture(text, label) {
  const rows = qrModules(text);
  const size = rows.length + 2 * QUIET;
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : []))).join("");
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" })) svg.setAttribute(name, value);
  for (const [tag, attributes] of [["rect", { width: size, height: size, fill: "#fff" }], ["path", { d: path, fill: "#000" }]]) {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    svg.append(part);
  }
  return h("div", { class: "qr" }, svg);
}

/** Rows of modules, dark ones true, without the quiet zone. */
export function qrModules(text) {
  const bytes = [...new TextEncoder().encode(text)];
  const version = CODEWORDS.findIndex((all, v) => v > 0 && room(v) >= bytes.length + 2);
  if (version < 0) throw new Error("too long for a QR code here");
  const grid = new Grid(version);
  grid.fill(interleaved(padded(bytes, room(version)), version));
  return grid.masked();
}

const room = (version) => CODEWORDS[version] - CORRECTION[version] * BLOCKS[version];

/** Mode 0100, the length in eight bits, the bytes, four bits of end, then padding to the version's room. */
function padded(bytes, length) {
  const bits = [0, 1, 0, 0];
  for (const byte of [bytes.length, ...bytes]) for (let i = 7; i >= 0; i -= 1) bits.push((byte >> i) & 1);
  bits.push(0, 0, 0, 0);
  const words = [];
  for (let i = 0; i < bits.length; i += 8) words.push(parseInt(bits.slice(i, i + 8).join(""), 2));
  for (let pad = 0xec; words.length < length; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

/** Data and error correction in the order in which they are drawn. Shorter blocks come first. */
function interleaved(words, version) {
  const count = BLOCKS[version];
  const short = Math.floor(words.length / count);
  const divisor = generator(CORRECTION[version]);
  const blocks = [];
  for (let i = 0, at = 0; i < count; i += 1) {
    const length = short + (i >= count - (words.length % count) ? 1 : 0);
    const data = words.slice(at, at + length);
    blocks.push({ data, check: remainder(data, divisor) });
    at += length;
  }
  const out = [];
  for (let i = 0; i <= short; i += 1) for (const { data } of blocks) if (i < data.length) out.push(data[i]);
  for (let i = 0; i < CORRECTION[version]; i += 1) for (const { check } of blocks) out.push(check[i]);
  return out;
}

/** In the field of 256 elements modulo x⁸ + x⁴ + x³ + x² + 1. */
function times(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> i) & 1) * a;
  }
  return product;
}

function generator(degree) {
  const found = [...Array(degree - 1).fill(0), 1];
  for (let i = 0, root = 1; i < degree; i += 1, root = times(root, 2)) {
    for (let j = 0; j < degree; j += 1) found[j] = times(found[j], root) ^ (found[j + 1] ?? 0);
  }
  return found;
}

function remainder(data, divisor) {
  const left = divisor.map(() => 0);
  for (const word of data) {
    const factor = word ^ left.shift();
    left.push(0);
    divisor.forEach((coefficient, i) => (left[i] ^= times(coefficient, factor)));
  }
  return left;
}

class Grid {
  constructor(version) {
    this.version = version;
    this.size = version * 4 + 17;
    this.rows = Array.from({ length: this.size }, () => Array(this.size).fill(false));
    this.fixed = Array.from({ length: this.size }, () => Array(this.size).fill(false));
    this.#frame();
  }

  #set(x, y, isDark) {
    this.rows[y][x] = isDark;
    this.fixed[y][x] = true;
  }

  #frame() {
    const { size, version } = this;
    for (let i = 0; i < size; i += 1) {
      this.#set(6, i, i % 2 === 0);
      this.#set(i, 6, i % 2 === 0);
    }
    for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) this.#square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
    const places = ALIGNMENT[version];
    places.forEach((x, i) =>
      places.forEach((y, j) => {
        const isCorner = (i === 0 && j === 0) || (i === 0 && j === places.length - 1) || (i === places.length - 1 && j === 0);
        if (!isCorner) this.#square(x, y, 2, (ring) => ring !== 1);
      }),
    );
    this.format(0);
    if (version >= 7) this.#versionBits();
  }

  #square(centreX, centreY, reach, isDarkAt) {
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) {
        const [x, y] = [centreX + dx, centreY + dy];
        if (x >= 0 && y >= 0 && x < this.size && y < this.size) this.#set(x, y, isDarkAt(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  }

  /** Fifteen bits twice: error correction M is 00, then the mask. */
  format(mask) {
    let rest = mask;
    for (let i = 0; i < 10; i += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    const bit = (i) => ((bits >> i) & 1) === 1;
    const { size } = this;
    for (let i = 0; i <= 5; i += 1) this.#set(8, i, bit(i));
    this.#set(8, 7, bit(6));
    this.#set(8, 8, bit(7));
    this.#set(7, 8, bit(8));
    for (let i = 9; i < 15; i += 1) this.#set(14 - i, 8, bit(i));
    for (let i = 0; i < 8; i += 1) this.#set(size - 1 - i, 8, bit(i));
    for (let i = 8; i < 15; i += 1) this.#set(8, size - 15 + i, bit(i));
    this.#set(8, size - 8, true);
  }

  #versionBits() {
    let rest = this.version;
    for (let i = 0; i < 12; i += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (this.version << 12) | rest;
    for (let i = 0; i < 18; i += 1) {
      const [far, near] = [this.size - 11 + (i % 3), Math.floor(i / 3)];
      this.#set(far, near, ((bits >> i) & 1) === 1);
      this.#set(near, far, ((bits >> i) & 1) === 1);
    }
  }

  /** Upwards and downwards in pairs of columns from the right, around what is fixed. */
  fill(words) {
    let at = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < this.size; step += 1) {
        for (const x of [right, right - 1]) {
          const y = ((right + 1) & 2) === 0 ? this.size - 1 - step : step;
          if (this.fixed[y][x]) continue;
          this.rows[y][x] = at < words.length * 8 && ((words[at >> 3] >> (7 - (at & 7))) & 1) === 1;
          at += 1;
        }
      }
    }
  }

  /** With the mask that leaves the fewest shapes a camera stumbles over. */
  masked() {
    let best = null;
    for (let mask = 0; mask < MASKS.length; mask += 1) {
      this.format(mask);
      const rows = this.rows.map((row, y) => row.map((isDark, x) => (this.fixed[y][x] ? isDark : isDark !== MASKS[mask](x, y))));
      const cost = penalty(rows);
      if (best === null || cost < best.cost) best = { rows, cost };
    }
    return best.rows;
  }
}

function penalty(rows) {
  const size = rows.length;
  let cost = 0;
  const columns = rows.map((_, x) => rows.map((row) => row[x]));
  for (const line of [...rows, ...columns]) {
    const text = line.map((isDark) => (isDark ? "1" : "0")).join("");
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) cost += run.length - 2;
    cost += 40 * (text.split("10111010000").length + text.split("00001011101").length - 2);
  }
  let dark = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      dark += rows[y][x] ? 1 : 0;
      if (x > 0 && y > 0 && rows[y][x] === rows[y - 1][x] && rows[y][x] === rows[y][x - 1] && rows[y][x] === rows[y - 1][x - 1]) cost += 3;
    }
  }
  return cost + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}
