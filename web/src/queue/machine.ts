/** The way through a queue, decided without clock, network or chance: `step(state, event, now)`; docs/api.md "Waiting". */

import type { Schemas } from "~/api/client";
import { Refusal } from "~/api/failures";
import { aheadOf, etaOf, forecasts, withTold } from "~/queue/outlook";
import { AT_ONCE, type Delay, untilCalled, untilOpening, untilRetry } from "~/queue/pacing";
import { type Place, statusAt } from "~/queue/place";

export type Snapshot = Schemas["QueueSnapshot"];
export type Ask = "join" | "look" | "current" | "leave";

export interface State {
  fanId: string;
  /** When the sale shall open, for people to read; null where nobody said. */
  opensAtMs: number | null;
  place: Place | null;
  phase: Snapshot["phase"] | null;
  /** `current` asked before this moment would not count as reporting. */
  reportMs: number;
  answeredMs: number;
  /** Requests without a good answer, and joins without a report, in a row. */
  failures: number;
  rejoins: number;
  /** `lost`: nobody answers. `busy`: the service asks for patience. Asked again by itself. */
  trouble: "lost" | "busy" | null;
  leaving: boolean;
  /** What cannot mend by itself; nothing is asked any more. */
  stopped: Refusal | null;
}

export type Event =
  /** The page opened, or this tab took over: ask at once. */
  | { kind: "begin" }
  /** The phone woke, the tab is seen again, the network is back: ask at once, within reason. */
  | { kind: "woken" }
  | { kind: "joined"; reply: Schemas["JoinReply"] }
  | { kind: "looked"; seen: Snapshot }
  | { kind: "told"; reply: Schemas["PlaceReply"] }
  | { kind: "failed"; ask: Ask; error: unknown }
  | { kind: "leave" }
  | { kind: "left" }
  /** A new number after the place has ended, or another try after a stop. */
  | { kind: "again" };

export interface Step {
  state: State;
  next: (Delay & { ask: Ask }) | null;
}

const AGAIN_MS = 1_000;

export function beginning(fanId: string, opensAtMs: number | null, place: Place | null): State {
  const counts = { reportMs: 0, answeredMs: 0, failures: 0, rejoins: 0 };
  const quiet = { phase: null, trouble: null, leaving: false, stopped: null };
  return { fanId, opensAtMs, place, ...counts, ...quiet };
}

export function step(state: State, event: Event, now: number): Step {
  switch (event.kind) {
    case "begin":
      return ask(state, first(state));
    case "woken":
      return ask(state, first(state), { afterMs: Math.max(0, state.answeredMs + AGAIN_MS - now), spreadMs: 0 });
    case "joined":
      return joined(answered(state, now), event.reply, now);
    case "looked":
      return looked(answered(state, now), event.seen, now);
    case "told":
      return told({ ...answered(state, now), rejoins: 0 }, event.reply, now);
    case "failed":
      return failed(state, event.ask, event.error);
    case "leave":
      return ask({ ...state, leaving: true }, "leave");
    case "left":
      return ended(answered(state, now), "left");
    case "again":
      return again({ ...state, stopped: null, failures: 0, rejoins: 0 }, now);
  }
}

function ask(state: State, what: Ask | null, delay: Delay = AT_ONCE): Step {
  return { state, next: what && { ask: what, ...delay } };
}

function first({ place, phase, stopped, leaving }: State): Ask | null {
  if (stopped) return null;
  if (leaving) return "leave";
  if (!place) return phase === "scheduled" || phase === "closed" ? "look" : "join";
  if (place.status === "admitted") return "current";
  if (place.status !== "waiting") return null;
  return place.called && phase !== "closed" ? "current" : "look";
}

/** A place that goes on is kept; after one that has ended comes a new number. */
function again(state: State, now: number): Step {
  const goesOn = state.place && ["waiting", "admitted"].includes(statusAt(state.place, now));
  const after = { ...state, place: goesOn ? state.place : null };
  return ask(after, goesOn ? first(after) : "join");
}

function answered(state: State, now: number): State {
  // A look tells nothing about joining: the failures of one who has no place count on.
  return { ...state, answeredMs: now, failures: state.place ? 0 : state.failures, trouble: null };
}

function joined(state: State, reply: Schemas["JoinReply"], now: number): Step {
  const { token, number, epoch } = reply;
  const before = state.place?.number === number ? state.place : null;
  const place: Place = {
    ...(before ?? { aheadAtFirst: null, ahead: Math.max(0, (reply.position ?? 1) - 1), progress: 0 }),
    // A queue that is being rebuilt makes the old estimates void.
    forecastsMs: forecasts(before?.epoch === epoch ? before.forecastsMs : [], reply.eta_s, now),
    ...{ fanId: state.fanId, token, number, epoch, status: "waiting", called: false, admittedUntilMs: null },
  };
  const held = { ...state, place, failures: 0, phase: reply.eta_s === null ? state.phase : ("open" as const) };
  if (reply.status === "admitted" && reply.admitted_until) return inside(held, place, reply.admitted_until, now);
  if (reply.status !== "waiting") return ended(held, reply.status === "left" ? "left" : "expired");
  return ask(held, "look");
}

function looked(state: State, seen: Snapshot, now: number): Step {
  const after = { ...state, phase: seen.phase };
  const { place } = after;
  if (!place) {
    if (seen.phase === "scheduled" || seen.phase === "closed")
      return ask({ ...after, failures: 0 }, "look", untilOpening(state.opensAtMs, seen.poll, now));
    return ask(after, "join", state.failures ? untilRetry(state.failures, null, false) : AT_ONCE);
  }
  if (place.status !== "waiting") return ask(after, first(after));
  if (seen.epoch > place.epoch) return rejoin(after, null);
  const ahead = place.called
    ? Math.min(place.ahead, aheadOf(place.number, seen) ?? place.ahead)
    : aheadOf(place.number, seen);
  const informed = ahead === null ? place : withTold(place, ahead, etaOf(ahead, seen), now);
  const called = place.number <= seen.calling;
  // From the call on, the service tells of those who are here; what was worked out from all numbers is void.
  const forecastsMs = called && !place.called ? [] : informed.forecastsMs;
  const waiting = { ...after, place: { ...informed, called, forecastsMs } };
  if (seen.phase === "closed") return ask(waiting, "look", untilOpening(null, seen.poll, now));
  if (called) return ask(waiting, "current", { afterMs: Math.max(0, state.reportMs - now), spreadMs: 0 });
  return ask({ ...waiting, rejoins: 0 }, "look", untilCalled(place.number, seen.calling, seen.poll));
}

function told(state: State, reply: Schemas["PlaceReply"], now: number): Step {
  const { place } = state;
  if (!place) return ask(state, "join");
  if (reply.status === "admitted" && reply.admitted_until) return inside(state, place, reply.admitted_until, now);
  if (reply.status !== "waiting") return ended(state, reply.status === "left" ? "left" : "expired");
  const ahead = Math.min(place.ahead, Math.max(0, (reply.position ?? 1) - 1));
  const report = { reportMs: now + reply.poll_after_ms, place: withTold(place, ahead, reply.eta_s, now) };
  if (reply.eta_s !== null)
    return ask({ ...state, ...report, phase: "open" }, "current", { afterMs: reply.poll_after_ms, spreadMs: 0 });
  // Nobody is let in: the public queue says why, before the next report is due.
  return ask({ ...state, ...report }, "look", { afterMs: reply.poll_after_ms / 2, spreadMs: 0 });
}

function inside(state: State, place: Place, until: string, now: number): Step {
  const admittedUntilMs = Date.parse(until);
  const admitted: Place = { ...place, status: "admitted", admittedUntilMs, ahead: 0, progress: 1, forecastsMs: [] };
  const after = { ...state, place: admitted };
  // Nobody has to ask any more; when the time is over, the service has the last word on it.
  return ask(after, "current", { afterMs: Math.max(0, admittedUntilMs - now) + AGAIN_MS, spreadMs: 0 });
}

function ended(state: State, status: "left" | "expired"): Step {
  const place = state.place && { ...state.place, status, admittedUntilMs: null };
  return ask({ ...state, place, leaving: false }, null);
}

function rejoin(state: State, error: unknown): Step {
  const rejoins = state.rejoins + 1;
  return ask({ ...state, rejoins }, "join", rejoins === 1 ? AT_ONCE : untilRetry(rejoins - 1, error, false));
}

function failed(state: State, what: Ask, error: unknown): Step {
  const failures = state.failures + 1;
  const retry = untilRetry(failures, error, state.place?.called ?? false);
  if (!(error instanceof Refusal)) return ask({ ...state, failures, trouble: "lost" }, what, retry);
  if (error.status >= 500 || error.status === 429 || error.status === 408)
    return ask({ ...state, failures, trouble: "busy" }, what, retry);
  if (error.code === "bad_queue_token") return what === "leave" ? ended(state, "left") : rejoin(state, error);
  if (error.code === "sale_closed") return ask({ ...state, failures }, "look", failures === 1 ? AT_ONCE : retry);
  return ask({ ...state, stopped: error, leaving: false }, null);
}

export type Situation =
  | "joining"
  | "scheduled"
  | "closed"
  | "waiting"
  | "next"
  | "paused"
  | "stalled"
  | "inside"
  | "over"
  | "left"
  | "stopped";

/** What the fan is in. `stalled`: in line while the sale is closed. */
export function situation({ place, phase, stopped }: State, now: number): Situation {
  if (stopped) return "stopped";
  if (!place) return phase === "scheduled" || phase === "closed" ? phase : "joining";
  const status = statusAt(place, now);
  if (status !== "waiting") return ({ left: "left", expired: "over", admitted: "inside" } as const)[status];
  if (phase === "closed") return "stalled";
  if (phase === "paused") return "paused";
  return place.called ? "next" : "waiting";
}
