import { expect, it } from "vitest";
import { moments, nearest, ticks } from "~/organiser/live/axis";

it("has round values that reach past the highest", () => {
  expect(ticks(0)).toEqual([0, 1]);
  expect(ticks(3)).toEqual([0, 1, 2, 3]);
  expect(ticks(87)).toEqual([0, 50, 100]);
  expect(ticks(1_900)).toEqual([0, 500, 1_000, 1_500, 2_000]);
});

it("has round moments, few enough to be read", () => {
  expect(moments(1_000, 35_000, 4)).toEqual([10_000, 20_000, 30_000]);
  expect(moments(0, 3_600_000, 4)).toEqual([0, 1_800_000, 3_600_000]);
  expect(moments(0, 86_400_000, 4)).toEqual([0, 21_600_000, 43_200_000, 64_800_000, 86_400_000]);
});

it.each([86_400_001, 2e12, Number.MAX_SAFE_INTEGER, 1e300])("has no more moments than that in %d ms", (spanMs) => {
  expect(moments(0, spanMs, 4).length).toBeLessThanOrEqual(5);
  expect(moments(-spanMs, 0, 4).length).toBeLessThanOrEqual(5);
});

it("finds the point that is meant", () => {
  expect([
    nearest(
      [
        [0, 1],
        [10, 1],
        [20, 1],
      ],
      14,
    ),
    nearest(
      [
        [0, 1],
        [10, 1],
        [20, 1],
      ],
      99,
    ),
  ]).toEqual([1, 2]);
});
