/** What this tab has seen of a sale, kept through a reload: for as long as the tab is open, and never more than fits. */

import { useEffect, useRef, useState } from "preact/hooks";
import { keepInTab, recallInTab } from "~/kernel/storage";
import { type Sample, withSample } from "~/organiser/live/series";

const KEY = "live";
/** The sales whose samples are kept, the one that was looked at last in front. */
const SALES_MAX = 4;
/** Half an hour at one a second: about 100 kB. */
const KEPT_MAX = 1_800;
/** After a longer pause a line from before to now would tell of what nobody saw. */
const PAUSE_MAX_MS = 5 * 60_000;

const FIELDS = ["atMs", "waiting", "present", "inside", "limit", "admitted", "sold"] as const;

type Row = readonly number[];
type Kept = readonly (readonly [concertId: string, rows: readonly Row[]])[];

/** The samples of one sale, those of before a reload among them; `sample` is the newest, null before the first answer. */
export function useHistory(concertId: string, sample: Sample | null): readonly Sample[] {
  const [series, setSeries] = useState(() => recallSeries(concertId));
  useEffect(() => {
    if (sample) setSeries((before) => withSample(goesOn(before, sample) ? before : [], sample));
  }, [sample?.atMs]);
  const latest = useRef(series);
  latest.current = series;
  useEffect(() => {
    const leave = () => keepSeries(concertId, latest.current);
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [concertId]);
  return series;
}

export function keepSeries(concertId: string, series: readonly Sample[]): void {
  const rows = series.slice(-KEPT_MAX).map((sample) => FIELDS.map((field) => sample[field]));
  const others = kept().filter(([id]) => id !== concertId);
  keepInTab(KEY, [[concertId, rows], ...others].slice(0, SALES_MAX));
}

export function recallSeries(concertId: string): readonly Sample[] {
  const rows = kept().find(([id]) => id === concertId)?.[1] ?? [];
  return rows.map((row) => Object.fromEntries(FIELDS.map((field, at) => [field, row[at]])) as unknown as Sample);
}

function goesOn(series: readonly Sample[], sample: Sample): boolean {
  const last = series.at(-1);
  return !last || sample.atMs - last.atMs <= PAUSE_MAX_MS;
}

/** Nothing of what has another shape: another release may have written it. */
function kept(): Kept {
  const found = recallInTab<unknown>(KEY);
  return Array.isArray(found) && found.every(isKept) ? (found as Kept) : [];
}

function isKept(entry: unknown): boolean {
  if (!Array.isArray(entry) || typeof entry[0] !== "string" || !Array.isArray(entry[1])) return false;
  return entry[1].every((row) => Array.isArray(row) && row.length === FIELDS.length && row.every(Number.isFinite));
}
