/** Every failure as a sentence for a human, with what to do next. */

import { Lost, Refusal } from "~/api/failures";
import { messages } from "~/api/messages";
import { number } from "~/i18n/format";

export function sentence(error: unknown): string {
  const text = messages();
  if (error instanceof Lost) return text.lost;
  if (!(error instanceof Refusal)) return text.unknown;
  const known = text.refusals[error.code] ?? text.unknown;
  return error.retryAfterS ? `${known} ${text.retry(number(error.retryAfterS))}` : known;
}
