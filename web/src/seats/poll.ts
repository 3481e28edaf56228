/** When to look at the availability again. */

const USUAL_MS = 1_000;
const JITTER_MS = 1_000;
const AFTER_FAILURE_MS = 2_000;
const MOST_MS = 30_000;

/** `failures` in a row so far; `random` in [0, 1) spreads a crowd that failed together. */
export function nextLookMs(failures: number, retryAfterS: number | null, random: number): number {
  if (failures === 0) return USUAL_MS + random * JITTER_MS;
  const patience = Math.min(MOST_MS, AFTER_FAILURE_MS * 2 ** (failures - 1));
  return Math.max((retryAfterS ?? 0) * 1_000, patience / 2) + (random * patience) / 2;
}
