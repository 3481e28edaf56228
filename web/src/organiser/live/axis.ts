/** Where a chart has its lines of reference. */

const DAY_MS = 86_400_000;
const STEPS_MS = [10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200].map((seconds) => seconds * 1_000);

/** Round values from 0 past `most`, at most `count` steps of 1, 2 or 5 times a power of ten. */
export function ticks(most: number, count = 4): number[] {
  const rough = Math.max(most, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, at) => at * step);
}

/** Round moments within a span, every 10 s to every so many days: at most `count` steps. */
export function moments(fromMs: number, toMs: number, count: number): number[] {
  const spanMs = toMs - fromMs;
  const step = STEPS_MS.find((each) => spanMs / each <= count) ?? Math.ceil(spanMs / count / DAY_MS) * DAY_MS;
  const first = Math.ceil(fromMs / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((toMs - first) / step) + 1) }, (_, at) => first + at * step);
}

/** The number of the point nearest to `at`; points lie in order. */
export function nearest(points: readonly (readonly [number, number])[], at: number): number {
  let best = 0;
  points.forEach(([x], no) => {
    if (Math.abs(x - at) < Math.abs((points[best] as readonly [number, number])[0] - at)) best = no;
  });
  return best;
}
