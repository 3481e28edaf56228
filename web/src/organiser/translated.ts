/** Sentences that the service writes in English, said in the reader's language where there are words for them. */

import { number } from "~/i18n/format";

export type Forms = readonly (readonly [form: RegExp, said: string])[];

/** What stands in quotes, as somebody's file has it, or a number that is long enough to need separators. */
const QUOTED_OR_LONG = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![\w.#])\d{4,}(?:\.\d+)?(?!\w)/g;

export function translated(sentence: string, forms: Forms): string {
  const [form, words] = forms.find(([each]) => each.test(sentence)) ?? [];
  const said = form && words !== undefined ? sentence.replace(form, words) : sentence;
  return said.replace(QUOTED_OR_LONG, (found) => (/^\d/.test(found) ? number(Number(found)) : found));
}
