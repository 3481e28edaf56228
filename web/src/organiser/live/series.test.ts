import { describe, expect, it } from "vitest";
import { perMinute, type Sample, speeds, thinned, withSample } from "~/organiser/live/series";

function sample(atS: number, admitted: number): Sample {
  return { atMs: atS * 1_000, admitted, waiting: 0, present: 0, inside: 0, limit: 0, sold: 0 };
}

const admitted = (each: Sample) => each.admitted;

describe("a series", () => {
  it("takes every moment once and in order", () => {
    const one = withSample(withSample([], sample(1, 5)), sample(2, 6));

    expect(withSample(one, sample(2, 7))).toBe(one);
    expect(withSample(one, sample(1, 7))).toBe(one);
    expect(withSample(one, sample(3, 7)).map(admitted)).toEqual([5, 6, 7]);
  });

  it("forgets what is oldest", () => {
    let series: readonly Sample[] = Array.from({ length: 5_400 }, (_, at) => sample(at, at));
    series = withSample(series, sample(5_400, 5_400));

    expect([series.length, series[0]?.admitted]).toEqual([5_400, 1]);
  });
});

describe("a speed", () => {
  const series = Array.from({ length: 121 }, (_, at) => sample(at, at < 60 ? at * 10 : 600 + (at - 60) * 2));

  it("counts the last minute and nothing before it", () => {
    expect(perMinute(series, admitted, 60_000)).toBe(120);
  });

  it("is scaled from what has been seen", () => {
    expect(perMinute(series.slice(0, 11), admitted, 60_000)).toBe(600);
  });

  it("is not told of a moment", () => {
    expect([perMinute([], admitted, 60_000), perMinute(series.slice(0, 5), admitted, 60_000)]).toEqual([null, null]);
  });

  it("is the same at the end of its chart", () => {
    const chart = speeds(series, admitted, 60_000);

    expect(chart.at(-1)).toEqual([120_000, 120]);
    expect(chart[0]).toEqual([5_000, 600]);
  });
});

it("thins points evenly and keeps the last", () => {
  expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 4, 8, 9]);
  expect(thinned([1, 2, 3], 3)).toEqual([1, 2, 3]);
  const points = Array.from({ length: 999 }, (_, at) => at);
  expect(thinned(points, 400).length).toBeLessThanOrEqual(400);
});
