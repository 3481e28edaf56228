/** Where a chart has its lines of reference. */

/** Round values from 0 past `most`, at most `count` steps of 1, 2 or 5 times a power of ten. */
export function ticks(most: number, count = 4): number[] {
  const rough = Math.max(most, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, at) => at * step);
}

/** Round moments within a span: every 10 s to every 30 min, so that there are at most `count`. */
export function moments(fromMs: number, toMs: number, count: number): number[] {
  const steps = [10, 30, 60, 120, 300, 600, 1_800].map((seconds) => seconds * 1_000);
  const step = steps.find((each) => (toMs - fromMs) / each <= count) ?? 1_800_000;
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
