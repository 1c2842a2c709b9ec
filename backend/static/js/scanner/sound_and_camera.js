// What a scanning device hears and sees with: two sounds that cannot be mistaken for each other, and the camera.
const LOOK_MS = 120;
const HZ = { good: [880, 1320], bad: [220, 180] };
const NOTE_S = 0.12;

let context = null;

/** A yes rises, a no falls: the person at the door looks at the people, not at the screen. */
export function sound(isGood) {
  try {
    context ??= new AudioContext();
    (isGood ? HZ.good : HZ.bad).forEach((frequency, note) => {
      const tone = new OscillatorNode(context, { frequency, type: isGood ? "sine" : "square" });
      const volume = new GainNode(context, { gain: isGood ? 0.2 : 0.12 });
      tone.connect(volume).connect(context.destination);
      tone.start(context.currentTime + note * NOTE_S);
      tone.stop(context.currentTime + (note + 1) * NOTE_S);
    });
    navigator.vibrate?.(isGood ? 60 : [80, 60, 160]);
  } catch {
    // No sound here: the picture says it too.
  }
}

/** Read codes from the camera into `found`; returns what stops it, or null where the browser cannot. */
export async function watchCamera(video, found) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return null;
  let stream;
  let detector;
  try {
    detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return null;
  }
  video.srcObject = stream;
  await video.play();
  let isOn = true;
  const look = async () => {
    if (!isOn) return;
    const codes = await detector.detect(video).catch(() => []);
    if (codes.length > 0) found(codes[0].rawValue);
    setTimeout(look, LOOK_MS);
  };
  look();
  return () => {
    isOn = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}
