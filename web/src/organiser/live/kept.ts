/** Samples of sales as this tab keeps them, for the operator who saw them: as long as the tab is open and no longer. */

import { computed, effect } from "@preact/signals";
import { keepInTab, recallInTab } from "~/kernel/storage";
import type { Sample } from "~/organiser/live/series";
import { session } from "~/session/session";

const KEY = "live";
/** The sales whose samples are kept, the one that was looked at last in front. */
const SALES_MAX = 4;
/** Half an hour at one a second: about 100 kB. */
const KEPT_MAX = 1_800;
/** No chart spans more. */
const AGE_MAX_MS = 24 * 3_600_000;
/** Before the first answer the time is this device's, which may be slow. */
const AHEAD_MAX_MS = 5 * 60_000;

const FIELDS = ["atMs", "waiting", "present", "inside", "limit", "admitted", "sold"] as const;

type Row = readonly number[];
type Sales = readonly (readonly [concertId: string, rows: readonly Row[]])[];

const signedIn = computed(() => session.value?.user.id ?? null);

/** Forgets everything as soon as nobody is signed in, or somebody else. */
export function watchOperator(): () => void {
  return effect(() => {
    if (signedIn.value === null || keptBy() !== signedIn.value) keepInTab(KEY, null);
  });
}

/** Nothing where nobody is signed in any more: pages close after that. */
export function keepSeries(concertId: string, series: readonly Sample[]): void {
  const operatorId = signedIn.peek();
  if (operatorId === null) return;
  const rows = series.slice(-KEPT_MAX).map((sample) => FIELDS.map((field) => sample[field]));
  const others = kept().filter(([id]) => id !== concertId);
  keepInTab(KEY, { operatorId, sales: [[concertId, rows], ...others].slice(0, SALES_MAX) });
}

/** Those that a chart can show: recent, and in order. */
export function recallSeries(concertId: string, nowMs: number): readonly Sample[] {
  const rows = kept().find(([id]) => id === concertId)?.[1] ?? [];
  const samples = rows.map((row) => Object.fromEntries(FIELDS.map((field, at) => [field, row[at]])));
  let lastMs = nowMs - AGE_MAX_MS;
  return (samples as unknown as Sample[]).filter(({ atMs }) => {
    const fits = atMs > lastMs && atMs <= nowMs + AHEAD_MAX_MS;
    if (fits) lastMs = atMs;
    return fits;
  });
}

function keptBy(): unknown {
  return recallInTab<{ operatorId?: unknown }>(KEY)?.operatorId;
}

/** Nothing of what has another shape, another release may have written it; and nothing of another operator's. */
function kept(): Sales {
  const found = recallInTab<{ operatorId?: unknown; sales?: unknown }>(KEY);
  const whole =
    found && found.operatorId === signedIn.peek() && Array.isArray(found.sales) && found.sales.every(isSale);
  return whole ? (found.sales as Sales) : [];
}

function isSale(entry: unknown): boolean {
  if (!Array.isArray(entry) || typeof entry[0] !== "string" || !Array.isArray(entry[1])) return false;
  return entry[1].every((row) => Array.isArray(row) && row.length === FIELDS.length && row.every(isCount));
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
