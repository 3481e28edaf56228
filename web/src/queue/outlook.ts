/** What a fan may expect: people ahead, progress that never goes back, and an honest range of time. */

import type { Schemas } from "~/api/client";
import type { Place } from "~/queue/place";

type Snapshot = Schemas["QueueSnapshot"];
type Outlook = Pick<Place, "aheadAtFirst" | "ahead" | "progress" | "forecastsMs">;

const FORECASTS_MAX = 8;
const STALE_MS = 30_000;
const NARROWEST = 0.15;
const MINUTE_MS = 60_000;
const HOURS_FROM_MINUTES = 90;

/** "From 3 to 5 minutes"; `from` of 0 is "up to", `to` of 1 minute "less than a minute". */
export interface Range {
  from: number;
  to: number;
  unit: "minute" | "hour";
}

/**
 * People who may go in before this number, as the public queue tells; null where it does not know the number yet.
 * Those who were passed over because they are away do not count, though they may come back.
 */
export function aheadOf(number: number, seen: Snapshot): number | null {
  if (seen.last < number) return null;
  return Math.max(0, Math.min(number - seen.serving - 1, seen.waiting - 1));
}

/** Seconds to the turn by the public queue's speed; null while nobody is let in, undefined where it has none to tell. */
export function etaOf(ahead: number, seen: Snapshot): number | null | undefined {
  if (seen.phase !== "open") return null;
  return seen.rate_per_s > 0 ? (ahead + 1) / seen.rate_per_s : undefined;
}

/**
 * The outlook after it was told that `ahead` go first and that the turn comes in `etaS` seconds. Null: nobody is let in,
 * and what was told before is void; undefined: nothing new was said of it.
 */
export function withTold<P extends Outlook>(
  place: P,
  ahead: number,
  etaS: number | null | undefined,
  nowMs: number,
): P {
  const first = place.aheadAtFirst ?? ahead;
  return {
    ...place,
    ahead,
    aheadAtFirst: first,
    // The last step is being let in: nobody ahead is not yet the end.
    progress: Math.max(place.progress, (first - ahead) / (first + 1)),
    forecastsMs: forecasts(place.forecastsMs, etaS, nowMs),
  };
}

export function forecasts(
  before: readonly number[],
  etaS: number | null | undefined,
  nowMs: number,
): readonly number[] {
  if (etaS === undefined) return before;
  return etaS === null ? [] : [...before, nowMs + etaS * 1_000].slice(-FORECASTS_MAX);
}

/** As wide as the last estimates differ, and a little wider. Null: one cannot tell. */
export function estimate(forecastsMs: readonly number[], nowMs: number): Range | null {
  if (forecastsMs.length === 0) return null;
  const [early, late] = [Math.min(...forecastsMs) - nowMs, Math.max(...forecastsMs) - nowMs];
  if (late < -STALE_MS) return null;
  const from = (Math.max(0, early) * (1 - NARROWEST)) / MINUTE_MS;
  const to = Math.max(1, Math.ceil((Math.max(0, late) * (1 + NARROWEST)) / MINUTE_MS));
  if (to < HOURS_FROM_MINUTES) return { from: Math.floor(from), to, unit: "minute" };
  return { from: Math.floor(from / 60), to: Math.ceil(to / 60), unit: "hour" };
}
