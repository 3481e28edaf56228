import { expect, it } from "vitest";
import { limitOf, rateOf, stepped } from "~/organiser/live/controls";

it("takes a limit that the service takes", () => {
  expect(["1", " 2,500 ", "1000000"].map(limitOf)).toEqual([1, 2_500, 1_000_000]);
  expect(["", "0", "1000001", "1.5", "-3", "many"].map(limitOf)).toEqual(Array(6).fill(null));
});

it("takes a rate that the service takes", () => {
  expect(["0", "0.001", "12.5", "100,000"].map(rateOf)).toEqual([0, 0.001, 12.5, 100_000]);
  expect(["", "0.0005", "100001", "-1", "x"].map(rateOf)).toEqual(Array(5).fill(null));
});

it("steps by about a tenth, in round numbers", () => {
  expect([1, 9, 50, 53, 100, 730, 1_000].map((value) => stepped(value, true, 1, 1_000_000))).toEqual([
    2, 10, 55, 55, 110, 750, 1_100,
  ]);
  expect([1, 10, 50, 53, 1_000].map((value) => stepped(value, false, 1, 1_000_000))).toEqual([1, 9, 45, 50, 900]);
});
