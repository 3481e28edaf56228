/** Korean or English: what the browser asks for, unless the fan chose. */

import { effect, signal } from "@preact/signals";
import { keep, recall } from "~/kernel/storage";

export type Language = "en" | "ko";

const KEY = "language";

export const language = signal<Language>(recall<Language>(KEY) ?? preferred(navigator.languages));

effect(() => {
  document.documentElement.lang = language.value;
});

export function chooseLanguage(chosen: Language): void {
  keep(KEY, chosen);
  language.value = chosen;
}

/** The first of the browser's languages that we speak; English where there is none. */
export function preferred(wanted: readonly string[]): Language {
  const known = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "ko" || tag === "en");
  return (known ?? "en") as Language;
}
