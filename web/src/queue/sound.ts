/** Two short tones when it is the fan's turn, for those who want them: browsers play nothing that nobody asked for. */

import { signal } from "@preact/signals";
import { keep, recall } from "~/kernel/storage";

const KEY = "sound";
const TONES_HZ = [660, 880];
const TONE_S = 0.18;

export const soundWanted = signal(recall<boolean>(KEY) ?? false);

let context: AudioContext | null = null;

/** Called from a click: then the browser allows sound from now on, and the fan hears what it is like. */
export function wantSound(wanted: boolean): void {
  keep(KEY, wanted || null);
  soundWanted.value = wanted;
  if (wanted) play();
}

/** After a reload the browser asks for a touch again: the first one anywhere on the page will do. */
export function allowSound(): () => void {
  const touched = () => {
    if (soundWanted.value) ready();
  };
  const events = ["pointerdown", "keydown"] as const;
  for (const event of events) addEventListener(event, touched, { once: true });
  return () => {
    for (const event of events) removeEventListener(event, touched);
  };
}

export function playWanted(): void {
  if (soundWanted.value) play();
}

function play(): void {
  const audio = ready();
  if (!audio) return;
  TONES_HZ.forEach((frequency, index) => {
    const begin = audio.currentTime + index * TONE_S;
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = frequency;
    // Swells and fades within the tone: a square start would click.
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.2, begin + TONE_S / 6);
    volume.gain.linearRampToValueAtTime(0, begin + TONE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + TONE_S);
  });
}

function ready(): AudioContext | null {
  if (typeof AudioContext === "undefined") return null;
  context ??= new AudioContext();
  void context.resume();
  return context;
}
