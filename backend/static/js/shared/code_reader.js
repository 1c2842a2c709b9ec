// The camera as a reader of QR codes: with the browser's own detector, else with ZXing in a worker.
const READ_MS = 120;
const SIDE_PX_MAX = 960;
const WORKER = "/scanner-reader.js";
/** What a reader without a line needs, besides the page. */
const FILES = [WORKER, "/static/vendor/barcode-detector/ponyfill.js", "/static/vendor/zxing-wasm/zxing_reader.wasm"];

/** @typedef {(video: HTMLVideoElement) => Promise<string[]>} ReadFrame */

/** Why a camera does not read: none may be used here, its person does not allow it, or the reader did not load. */
export class NoCamera extends Error {
  /** @param {"none" | "refused" | "reader"} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Have the reader here before there is no line any more; nothing where the browser has its own. */
export async function keepReader() {
  if (hasCamera() && !(await ownDetector())) await Promise.all(FILES.map((path) => fetch(path)));
}

/** Read codes from the camera into `found`; returns what stops it. Raises NoCamera. @param {HTMLVideoElement} video @param {(text: string) => unknown} found @returns {Promise<() => void>} */
export async function watchCamera(video, found) {
  if (!hasCamera()) throw new NoCamera("none");
  const reading = readerOf();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    reading.then(({ close }) => close()).catch(() => {});
    throw new NoCamera(error.name === "NotAllowedError" ? "refused" : "none");
  }
  let isOn = true;
  const stop = () => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    reading.then(({ close }) => close()).catch(() => {});
  };
  try {
    video.srcObject = stream;
    await video.play();
    const { read } = await reading;
    const readFrame = async () => {
      const texts = isOn ? await read(video).catch(() => []) : [];
      if (!isOn) return;
      if (texts.length > 0) found(texts[0]);
      setTimeout(readFrame, READ_MS);
    };
    readFrame();
    return stop;
  } catch {
    stop();
    throw new NoCamera("reader");
  }
}

/** The browser's own detector, where it reads QR codes: some have the name and no format. @returns {Promise<any>} */
async function ownDetector() {
  const Detector = /** @type {any} */ (window).BarcodeDetector;
  try {
    return Detector && (await Detector.getSupportedFormats()).includes("qr_code") ? new Detector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

/** @returns {Promise<{read: ReadFrame, close: () => void}>} */
async function readerOf() {
  const detector = await ownDetector();
  if (!detector) return workerReader();
  return { read: async (video) => (await detector.detect(video)).map((/** @type {{rawValue: string}} */ code) => code.rawValue), close: () => {} };
}

/** One picture at a time goes to the worker; the page stays quick. @returns {Promise<{read: ReadFrame, close: () => void}>} */
async function workerReader() {
  const worker = new Worker(WORKER);
  const canvas = document.createElement("canvas");
  const brush = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  let last = 0;
  /** @param {ImageData} picture @returns {Promise<string[]>} */
  const send = (picture) =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      worker.onmessage = ({ data }) => data.id === id && (data.error ? reject(new Error(data.error)) : resolve(data.texts));
      worker.onerror = () => reject(new Error("worker"));
      worker.postMessage({ id, picture }, [picture.data.buffer]);
    });
  // An empty picture: whether the reader loads is known before somebody holds a badge to it.
  await send(new ImageData(8, 8));
  /** @type {ReadFrame} */
  const read = async (video) => {
    const { videoWidth, videoHeight } = video;
    if (!videoWidth) return [];
    const scale = Math.min(1, SIDE_PX_MAX / Math.max(videoWidth, videoHeight));
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    return send(brush.getImageData(0, 0, canvas.width, canvas.height));
  };
  return { read, close: () => worker.terminate() };
}
