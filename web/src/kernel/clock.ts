/** The service's clock, as well as a page can know it: deadlines are the service's, and phones' clocks are wrong. */

let offsetMs: number | null = null;

/**
 * Takes the `Date` of an answer; its whole seconds are rounded down, so half a second is added. One that a cache may have
 * kept (`kept`) can be old, never early: it moves the clock forward only.
 */
export function adjustClock(date: string | null, kept: boolean): void {
  const servedMs = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(servedMs)) return;
  const measuredMs = servedMs + 500 - Date.now();
  const aheadMs = measuredMs - (offsetMs ?? Number.NEGATIVE_INFINITY);
  // Within what a header of whole seconds can tell, the old value is as good and does not jump.
  if (aheadMs > 1_000 || (aheadMs < -1_000 && !kept)) offsetMs = measuredMs;
}

/** Milliseconds since 1970 by the service's clock. */
export function nowMs(): number {
  return Date.now() + (offsetMs ?? 0);
}
