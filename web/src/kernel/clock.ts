/** The service's clock, as well as a page can know it: deadlines are the service's, and phones' clocks are wrong. */

let offsetMs = 0;

/** Takes the `Date` of an answer; its whole seconds are rounded down, so half a second is added. */
export function adjustClock(date: string | null): void {
  const servedMs = date ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(servedMs)) return;
  const measuredMs = servedMs + 500 - Date.now();
  // Within what a header of whole seconds can tell, the old value is as good and does not jump.
  if (Math.abs(measuredMs - offsetMs) > 1_000) offsetMs = measuredMs;
}

/** Milliseconds since 1970 by the service's clock. */
export function nowMs(): number {
  return Date.now() + offsetMs;
}
