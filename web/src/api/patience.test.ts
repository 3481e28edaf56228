import { expect, it } from "vitest";
import { Lost, Refusal } from "~/api/failures";
import { askAgainMs } from "~/api/patience";

it("waits longer after each failure, up to a bound", () => {
  const waits = [1, 2, 3, 4, 5, 6, 60].map((failures) => askAgainMs(failures, new Lost(), 0.5));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
});

it("spreads those who were cut off together", () => {
  expect([askAgainMs(1, new Lost(), 0), askAgainMs(1, new Lost(), 1)]).toEqual([500, 1_500]);
});

it("never asks sooner than the service wants", () => {
  expect(askAgainMs(1, new Refusal(503, "overloaded", 7, {}), 0)).toBe(7_000);
});
