import { describe, expect, it } from "vitest";
import { around, chord, contains, grow, hull, simplify, transposed, twiceArea } from "~/seats/map/geometry";
import { outline } from "~/seats/map/outline";

const SQUARE = [0, 0, 10, 0, 10, 10, 0, 10];

describe("geometry", () => {
  it("finds the hull of a cloud, clockwise on a screen", () => {
    const found = hull([5, 5, 0, 0, 10, 0, 3, 4, 10, 10, 0, 10]);

    expect(new Set(pairs(found))).toEqual(new Set(pairs(SQUARE)));
    expect(twiceArea(found)).toBe(200);
  });

  it("grows an outline by the same on all sides, whichever way it runs", () => {
    const turned = [0, 10, 10, 10, 10, 0, 0, 0];

    for (const points of [SQUARE, turned]) {
      expect(around(grow(points, 2))).toEqual({ left: -2, top: -2, right: 12, bottom: 12 });
    }
  });

  it("makes a box around what has no area", () => {
    expect(around(grow([3, 3], 1))).toEqual({ left: 2, top: 2, right: 4, bottom: 4 });
  });

  it("leaves out corners that a straight line passes by", () => {
    expect(simplify([0, 0, 5, 0.1, 10, 0, 10, 10], 0.5)).toEqual([0, 0, 10, 0, 10, 10]);
  });

  it("tells inside from outside, also in a hollow", () => {
    const hollow = [0, 0, 30, 0, 30, 30, 20, 30, 20, 10, 10, 10, 10, 30, 0, 30];

    expect([contains(hollow, 5, 20), contains(hollow, 15, 20), contains(hollow, 15, 5)]).toEqual([true, false, true]);
    expect([chord(hollow, 5, 20), chord(hollow, 15, 20), chord(hollow, 15, 5)]).toEqual([10, 0, 30]);
    expect(chord(transposed(hollow), 5, 15)).toBe(10);
  });
});

describe("the outline of a section", () => {
  const arc = (radius: number) =>
    Array.from({ length: 19 }, (_, at) => [
      radius * Math.cos((at * Math.PI) / 18),
      radius * Math.sin((at * Math.PI) / 18),
    ]);

  it("follows a curved stand and leaves its hollow out", () => {
    const stand = outline(
      [100, 120, 140].map((radius) => arc(radius).flat()),
      17,
    );

    expect(contains(stand, 0, 120)).toBe(true);
    expect(contains(stand, 0, 40)).toBe(false);
  });

  it("does not cross itself when every other row is numbered from the far end", () => {
    const rows = [0, 20, 40].map((y, at) => (at % 2 ? [80, y, 40, y, 0, y] : [0, y, 40, y, 80, y]));

    expect(around(outline(rows, 20))).toEqual({ left: -14, top: -14, right: 94, bottom: 54 });
  });

  it("is the hull where rows are no stack", () => {
    const scattered = outline(
      [
        [0, 0, 10, 0],
        [100, 100, 110, 100],
        [0, 100, 10, 100],
        [100, 0, 110, 0],
      ],
      10,
    );

    expect(contains(scattered, 55, 50)).toBe(true);
  });
});

function pairs(points: readonly number[]): string[] {
  return Array.from({ length: points.length / 2 }, (_, at) => `${points[at * 2]},${points[at * 2 + 1]}`);
}
