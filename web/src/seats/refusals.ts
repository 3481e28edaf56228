/** What a refused hold means for where the fan goes, and for what is said. */

import { Refusal } from "~/api/failures";
import { sentence } from "~/api/sentences";
import { text } from "~/seats/messages";

/** Where a refusal leads to; null where the fan stays. */
export function refused(error: unknown, concertId: string, here: string): string | null {
  if (!(error instanceof Refusal)) return null;
  if (error.code === "not_admitted" || error.code === "bad_queue_token") return `/concerts/${concertId}/queue`;
  if (error.code === "unauthorized") return `/sign-in?next=${encodeURIComponent(here)}`;
  return null;
}

/** The sentence for a hold that was refused, where the common one would say too little. */
export function holdSentence(error: unknown, free: number | null): string {
  if (!(error instanceof Refusal)) return sentence(error);
  const words = text();
  const { limit, has } = error.members as { limit?: number; has?: number };
  if (error.code === "limit_exceeded" && limit !== undefined) return words.limit(limit, has ?? 0);
  if (error.code === "seat_taken") return free === 0 ? words.soldOut : words.noneTogether;
  if (error.code === "unknown_seat") return words.unknownSeat;
  if (error.code === "sale_closed") return words.closed;
  return sentence(error);
}
