/** When to look at the availability again. */

import { askAgainMs } from "~/api/patience";

const USUAL_MS = 1_000;
const JITTER_MS = 1_000;

/** `failures` in a row so far, the last of them `error`; `chance` from 0 to 1 spreads a crowd that looks together. */
export function nextLookMs(failures: number, error: unknown, chance: number): number {
  return failures === 0 ? USUAL_MS + chance * JITTER_MS : askAgainMs(failures, error, chance);
}
