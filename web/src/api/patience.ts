/** How long to wait before asking again what failed. */

import { Refusal } from "~/api/failures";

const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * After the `failures`th failure in a row, counted from 1: longer each time, never sooner than the service asked for.
 * `chance` from 0 to 1 spreads it, so that a crowd that was cut off together does not come back together.
 */
export function askAgainMs(failures: number, error: unknown, chance: number, longestMs = LONGEST_MS): number {
  const meanMs = Math.min(longestMs, FIRST_MS * 2 ** (failures - 1));
  const askedMs = error instanceof Refusal ? (error.retryAfterS ?? 0) * 1_000 : 0;
  return Math.max(askedMs, meanMs / 2) + chance * meanMs;
}
