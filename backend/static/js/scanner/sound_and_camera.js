// The sounds and the camera of a scanning device.
const READ_MS = 120;
const HZ = { good: [880, 1320], bad: [220, 180] };
const NOTE_S = 0.12;

/** @type {AudioContext | null} */
let context = null;

/** A yes rises, a no falls: staff at a gate look at the people, not at the screen. */
export function sound(/** @type {boolean} */ isGood) {
  try {
    const audio = (context ??= new AudioContext());
    (isGood ? HZ.good : HZ.bad).forEach((frequency, note) => {
      const tone = new OscillatorNode(audio, { frequency, type: isGood ? "sine" : "square" });
      const volume = new GainNode(audio, { gain: isGood ? 0.2 : 0.12 });
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + note * NOTE_S);
      tone.stop(audio.currentTime + (note + 1) * NOTE_S);
    });
    navigator.vibrate?.(isGood ? 60 : [80, 60, 160]);
  } catch {
    // No sound here: the picture says it too.
  }
}

/** Read codes from the camera into `found`; returns what stops it, or null where the browser cannot. */
export async function watchCamera(/** @type {HTMLVideoElement} */ video, /** @type {(text: string) => unknown} */ found) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return null;
  let stream;
  let detector;
  try {
    detector = new (/** @type {any} */ (window).BarcodeDetector)({ formats: ["qr_code"] });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return null;
  }
  video.srcObject = stream;
  await video.play();
  let isOn = true;
  const readFrame = async () => {
    if (!isOn) return;
    const codes = await detector.detect(video).catch(() => []);
    if (codes.length > 0) found(codes[0].rawValue);
    setTimeout(readFrame, READ_MS);
  };
  readFrame();
  return () => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}
