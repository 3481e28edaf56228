/** One thing that the fan confirmed and that moves money, until it is answered: `step(state, event, chance)`. */

import { Lost, Refusal } from "~/api/failures";
import { askAgainMs } from "~/api/patience";

export type Settling<Answer> =
  | { kind: "idle" }
  /** `attempt` counts from 1; `underWay` while a request is out; `trouble` is why the last one told nothing. */
  | { kind: "asking"; attempt: number; underWay: boolean; trouble: "lost" | "busy" | null }
  | { kind: "done"; answer: Answer }
  | { kind: "refused"; error: Refusal };

export type Event<Answer> =
  | { kind: "confirmed" }
  | { kind: "sent" }
  | { kind: "answered"; answer: Answer }
  | { kind: "failed"; error: unknown }
  /** The network is back, the page is seen again, or the fan asks to try now. */
  | { kind: "woken" };

export interface Step<Answer> {
  state: Settling<Answer>;
  /** When to send the request, in ms from now; null for not at all. */
  sendInMs: number | null;
}

/** `chance` from 0 to 1 spreads repeats. */
export function step<Answer>(state: Settling<Answer>, event: Event<Answer>, chance: number): Step<Answer> {
  if (event.kind === "confirmed")
    return state.kind === "asking"
      ? { state, sendInMs: null } // a double click
      : { state: { kind: "asking", attempt: 1, underWay: false, trouble: null }, sendInMs: 0 };
  if (state.kind !== "asking") return { state, sendInMs: null };
  switch (event.kind) {
    case "sent":
      return { state: { ...state, underWay: true }, sendInMs: null };
    case "woken":
      return { state, sendInMs: state.underWay ? null : 0 };
    case "answered":
      return { state: { kind: "done", answer: event.answer }, sendInMs: null };
    case "failed":
      return failed(state.attempt, event.error, chance);
  }
}

/** Whether the answer leaves open what happened: then only the same key, sent again, can tell. */
export function isUnclear(error: unknown): boolean {
  return !(error instanceof Refusal) || error.status >= 500 || error.status === 408 || error.status === 429;
}

/** Whether a refusal ends the intent. One who must sign in again first goes on with it afterwards. */
export function isFinal(error: Refusal): boolean {
  return error.status !== 401;
}

function failed<Answer>(attempt: number, error: unknown, chance: number): Step<Answer> {
  if (error instanceof Refusal && !isUnclear(error)) return { state: { kind: "refused", error }, sendInMs: null };
  return {
    state: { kind: "asking", attempt: attempt + 1, underWay: false, trouble: error instanceof Lost ? "lost" : "busy" },
    sendInMs: askAgainMs(attempt, error, chance),
  };
}
