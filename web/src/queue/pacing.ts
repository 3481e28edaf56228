/** When to ask again: as the service says, and more slowly while it does not answer. */

import type { Schemas } from "~/api/client";
import { askAgainMs } from "~/api/patience";

export type Advice = Schemas["PollAdvice"];

/** Wait `afterMs`, and by chance up to `spreadMs` longer, so that not everybody asks at once. */
export interface Delay {
  afterMs: number;
  spreadMs: number;
}

export const AT_ONCE: Delay = { afterMs: 0, spreadMs: 0 };

/** Whoever is called wants to be back soon after the service is. */
const RETRY_CALLED_MAX_MS = 5_000;
const OPENING_S = { before: 30, after: 600 };

/** Between two looks at the public queue, for a number that is not called yet. */
export function untilCalled(number: number, calling: number, advice: Advice): Delay {
  const distance = Math.max(0, number - calling);
  return around(Math.min(advice.far_ms, advice.near_ms + distance * advice.per_position_ms), advice.jitter);
}

/** Between two looks while nobody can join: seldom, but not around the moment at which the sale shall open. */
export function untilOpening(opensAtMs: number | null, advice: Advice, nowMs: number): Delay {
  const toGoS = opensAtMs === null ? Number.POSITIVE_INFINITY : (opensAtMs - nowMs) / 1_000;
  const near = toGoS <= OPENING_S.before && toGoS >= -OPENING_S.after;
  return around(near ? 2 * advice.near_ms : advice.far_ms, advice.jitter);
}

/** After the `failures`th failure in a row; never sooner than the service asked for. */
export function untilRetry(failures: number, error: unknown, called: boolean): Delay {
  const longestMs = called ? RETRY_CALLED_MAX_MS : undefined;
  const afterMs = askAgainMs(failures, error, 0, longestMs);
  return { afterMs, spreadMs: askAgainMs(failures, error, 1, longestMs) - afterMs };
}

export function around(meanMs: number, jitter: number): Delay {
  return { afterMs: meanMs * (1 - jitter), spreadMs: 2 * jitter * meanMs };
}
