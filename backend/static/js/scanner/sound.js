// The sounds of a scanning device.
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
