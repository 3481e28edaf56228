/** What a payment came to, and what the fan can do next. The way there is `kernel/settling.ts`. */

import type { Schemas } from "~/api/client";
import type { Refusal } from "~/api/failures";
import type { Settling } from "~/kernel/settling";

export type Payment = Schemas["PaymentReply"];

export type Why = "hold_expired" | "seat_taken" | "already_paid" | "limit_exceeded";

export type Outcome =
  /** Nothing is confirmed yet, or more money is needed first. */
  | { kind: "open"; missingMinor: number }
  /** Confirmed, and not answered yet: seats may neither be given back nor counted as lapsed. */
  | { kind: "asking" }
  | { kind: "paid"; reservationId: string }
  /** The hold is over; `why` tells the way on. */
  | { kind: "over"; why: Why }
  /** A refusal that is about neither money nor seats. */
  | { kind: "stopped"; error: Refusal };

interface Known {
  totalMinor: number;
  /** Null while nobody knows: then the service decides. */
  balanceMinor: number | null;
  untilMs: number;
}

const OVER: readonly Why[] = ["hold_expired", "seat_taken", "already_paid", "limit_exceeded"];

export function outcome(state: Settling<Payment>, known: Known, nowMs: number): Outcome {
  if (state.kind === "asking") return { kind: "asking" };
  if (state.kind === "done") return { kind: "paid", reservationId: state.answer.reservation.id };
  if (state.kind === "refused") {
    const why = endOf(state.error);
    if (why) return { kind: "over", why };
    if (state.error.code !== "insufficient_balance") return { kind: "stopped", error: state.error };
  }
  if (nowMs >= known.untilMs) return { kind: "over", why: "hold_expired" };
  return { kind: "open", missingMinor: missing(state, known) };
}

/** Whether a refusal is the end of the hold; somebody else's is as good as none. */
export function endOf({ code }: Refusal): Why | null {
  return code === "not_found" ? "hold_expired" : (OVER.find((each) => each === code) ?? null);
}

/** How much the wallet lacks: as last read, or as the refusal told while that is not read anew. */
function missing(state: Settling<Payment>, { totalMinor, balanceMinor }: Known): number {
  if (balanceMinor !== null) return Math.max(0, totalMinor - balanceMinor);
  const told = state.kind === "refused" ? state.error.members.missing_minor : 0;
  return typeof told === "number" ? told : 0;
}
