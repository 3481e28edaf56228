import { expect, it } from "vitest";
import { nextInMs } from "~/organiser/live/polled";

it("asks once a second, and faster after a change", () => {
  expect(nextInMs({ tookMs: 30, failures: 0, hurried: false }, 0.5)).toBe(970);
  expect(nextInMs({ tookMs: 30, failures: 0, hurried: true }, 0.5)).toBe(370);
  expect(nextInMs({ tookMs: 1_500, failures: 0, hurried: false }, 0.5)).toBe(0);
});

it("leaves a service that fails more and more alone", () => {
  const waits = [1, 2, 3, 4, 5, 6].map((failures) => nextInMs({ tookMs: 5_000, failures, hurried: true }, 0.5));

  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});
