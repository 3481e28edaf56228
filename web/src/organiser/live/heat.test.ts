import { expect, it } from "vitest";
import { countStates, statesOf } from "~/organiser/live/heat";

const BITMAPS = { total: 10, held: btoa("\x80\x00"), paying: btoa("\x40\x00"), sold: btoa("\x01\x40") };

it("reads the state of every seat, seat 0 the highest bit", () => {
  expect([...statesOf(BITMAPS)]).toEqual([1, 2, 0, 0, 0, 0, 0, 3, 0, 3]);
});

it("keeps what is the same, so that nothing is painted in vain", () => {
  const before = statesOf(BITMAPS);

  expect(statesOf(BITMAPS, before)).toBe(before);
  expect(statesOf({ ...BITMAPS, sold: btoa("\x00\x00") }, before)).not.toBe(before);
});

it("reads a bitmap that is too short or too long as far as there are seats", () => {
  expect([...statesOf({ total: 3, held: "", paying: btoa("\xff\xff"), sold: "" })]).toEqual([2, 2, 2]);
});

it("counts states by section", () => {
  expect(countStates(Uint8Array.of(0, 1, 3, 3), [0, 0, 0, 1], 2)).toEqual([
    [1, 1, 0, 1],
    [0, 0, 0, 1],
  ]);
});
