/** What the live page remembers of a sale, and what follows from it: speeds over time. */

export interface Sample {
  atMs: number;
  waiting: number;
  present: number;
  inside: number;
  limit: number;
  admitted: number;
  sold: number;
}

/** An hour and a half at one a second; older ones go. */
const SAMPLES_MAX = 5_400;
/** A speed over less than this would jump with every answer. */
const SPAN_MIN_MS = 5_000;

/** With one sample more, unless the service's numbers are those of before. */
export function withSample(series: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = series.at(-1);
  if (last && sample.atMs <= last.atMs) return series;
  return [...series.slice(Math.max(0, series.length - SAMPLES_MAX + 1)), sample];
}

/** How fast a count rose over the last `windowMs`, a minute; null where too little has been seen. */
export function perMinute(
  series: readonly Sample[],
  count: (sample: Sample) => number,
  windowMs: number,
  spanMinMs = SPAN_MIN_MS,
): number | null {
  const last = series.at(-1);
  if (!last) return null;
  const first = series[firstFrom(series, last.atMs - windowMs)] as Sample;
  const spanMs = last.atMs - first.atMs;
  return spanMs < spanMinMs ? null : ((count(last) - count(first)) * 60_000) / spanMs;
}

/** The same at every sample, for a chart: [moment, speed]. */
export function speeds(
  series: readonly Sample[],
  count: (sample: Sample) => number,
  windowMs: number,
): [number, number][] {
  const found: [number, number][] = [];
  let from = 0;
  for (const sample of series) {
    while ((series[from] as Sample).atMs < sample.atMs - windowMs) from++;
    const first = series[from] as Sample;
    const spanMs = sample.atMs - first.atMs;
    if (spanMs >= SPAN_MIN_MS) found.push([sample.atMs, ((count(sample) - count(first)) * 60_000) / spanMs]);
  }
  return found;
}

/** At most `most` points, the last among them. What is left out stays out while points are added, so no line trembles. */
export function thinned<T>(points: readonly T[], most: number): readonly T[] {
  let step = 1;
  while (Math.ceil(points.length / step) >= most && points.length > most) step *= 2;
  return points.filter((_, at) => at % step === 0 || at === points.length - 1);
}

function firstFrom(series: readonly Sample[], fromMs: number): number {
  let [low, high] = [0, series.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series[middle] as Sample).atMs < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
