/** Sentences that the service writes in English, said in the reader's language where there are words for them. */

export type Forms = readonly (readonly [form: RegExp, said: string])[];

export function translated(sentence: string, forms: Forms): string {
  for (const [form, said] of forms) if (form.test(sentence)) return sentence.replace(form, said);
  return sentence;
}
