/** Message catalogues: each feature keeps its own `messages.ts`, both languages side by side and of one shape. */

import { language } from "~/i18n/language";

/**
 * `const text = catalogue({ en: {...}, ko: {...} })`, then `text().title` while rendering. A message with values in it is a
 * function: what is missing in one language, or takes other values there, does not compile.
 */
export function catalogue<Messages extends object>(messages: { en: Messages; ko: NoInfer<Messages> }): () => Messages {
  return () => messages[language.value];
}
