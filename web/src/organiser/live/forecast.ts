/** When the last seat goes, should the sale go on as in the last minutes. */

import { perMinute, type Sample } from "~/organiser/live/series";

export const FORECAST_WINDOW_MS = 5 * 60_000;
/** A forecast from less than this would be a guess. */
const FORECAST_SPAN_MIN_MS = 20_000;
/** Beyond this a pace of minutes says nothing. */
const FORECAST_MAX_MS = 24 * 3_600_000;

export type Forecast =
  | { kind: "nothing_to_sell" | "sold_out" | "not_on_sale" | "too_early" | "no_sales" | "far" }
  | { kind: "at"; inMs: number; atMs: number };

export function forecast(
  series: readonly Sample[],
  seats: { sold: number; total: number },
  phase: "scheduled" | "open" | "paused" | "closed",
): Forecast {
  if (seats.total === 0) return { kind: "nothing_to_sell" };
  if (seats.sold >= seats.total) return { kind: "sold_out" };
  if (phase !== "open") return { kind: "not_on_sale" };
  const pace = perMinute(series, (sample) => sample.sold, FORECAST_WINDOW_MS, FORECAST_SPAN_MIN_MS);
  if (pace === null) return { kind: "too_early" };
  if (pace <= 0) return { kind: "no_sales" };
  const inMs = ((seats.total - seats.sold) / pace) * 60_000;
  if (inMs > FORECAST_MAX_MS) return { kind: "far" };
  return { kind: "at", inMs, atMs: (series.at(-1) as Sample).atMs + inMs };
}

/** Reservations for each fan who was let in; null while nobody was. A fan may buy more than once. */
export function conversion(reservations: number, admitted: number): number | null {
  return admitted > 0 ? reservations / admitted : null;
}
