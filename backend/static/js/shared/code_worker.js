// Reads QR codes out of pictures, away from the page: ZXing in WebAssembly, for browsers without a detector of their own.
// A worker has a policy of its own, so the pages need none that lets WebAssembly be compiled.
importScripts("/static/vendor/barcode-detector/ponyfill.js");

const { BarcodeDetector, prepareZXingModule } = self.BarcodeDetectionAPI;
const READER = "/static/vendor/zxing-wasm/zxing_reader.wasm";

prepareZXingModule({ overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? READER : prefix + path) } });
const detector = new BarcodeDetector({ formats: ["qr_code"] });

self.addEventListener("message", async ({ data: { id, picture } }) => {
  try {
    const codes = await detector.detect(picture);
    self.postMessage({ id, texts: codes.map((code) => code.rawValue) });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
