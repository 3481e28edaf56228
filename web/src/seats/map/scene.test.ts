import { describe, expect, it } from "vitest";
import { hidesText } from "~/seats/map/areas";
import { contrast, inkOn, mix, parse } from "~/seats/map/colours";
import { examplePlan } from "~/seats/map/example";
import { wheelFactor } from "~/seats/map/gestures";
import { layOut } from "~/seats/map/layout";
import type { Look } from "~/seats/map/looks";
import { sectionColours, sectionMarks } from "~/seats/map/scene";
import { fitting } from "~/seats/map/words";

describe("colours", () => {
  it("are read from plans, and grey where a plan says something else", () => {
    expect([parse("#2980b9"), parse("#fff"), parse("tomato")]).toEqual([
      [41, 128, 185],
      [255, 255, 255],
      [136, 136, 136],
    ]);
  });

  it("get an ink that can be read, whatever they are", () => {
    for (const colour of ["#8e44ad", "#c0392b", "#2980b9", "#27ae60", "#e67e22", "#ffffff", "#777777"].map(parse)) {
      expect(contrast(colour, parse(inkOn(colour)))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("mix by weight", () => {
    expect(
      mix([
        [[0, 0, 0], 3],
        [[100, 200, 40], 1],
      ]),
    ).toEqual([25, 50, 10]);
  });
});

describe("a section from afar", () => {
  const layout = layOut(examplePlan(2, 1, 4));
  const looks: Look[] = [{ fill: "#000000", mark: "disc" }, { fill: "#0000ff", mark: "bar" }, { fill: "#ffffff" }];

  it("has the mean colour of its seats and the mark that most of those with a mark have", () => {
    const lookOf = Uint8Array.from([0, 0, 2, 2, 2, 2, 2, 2]);

    expect(sectionColours(layout, lookOf, looks)).toEqual([
      [127.5, 127.5, 127.5],
      [255, 255, 255],
    ]);
    expect(sectionMarks(layout, lookOf, looks)).toEqual(["disc", undefined]);
  });

  it("says as much as has room", () => {
    const widths = (words: string) => words.length / 2;
    const said = (wide: number, lines: number) =>
      fitting("2F Section 9", "120 free", { wide, lines, aside: 1 }, widths);

    expect(said(10, 3)).toEqual(["2F Section 9", "120 free"]);
    expect(said(4, 3)).toEqual(["9", "120 free"]);
    expect(said(2, 3)).toEqual(["9", "120"]);
    expect(said(10, 1)).toEqual(["2F Section 9"]);
    expect(said(0.2, 3)).toEqual([]);
  });
});

it("gives up the caption of a section rather than the name of the stage", () => {
  const stage = { shape: "rectangle", x: 0, y: 0, width: 200, height: 40, text: "Stage" };
  const view = { scale: 1, x: 10, y: 10 };

  expect(hidesText(stage, view, 110, 40, 40)).toBe(true);
  expect(hidesText(stage, view, 110, 60, 40)).toBe(false);
  expect(hidesText(stage, view, 300, 40, 40)).toBe(false);
  expect(hidesText({ ...stage, text: "" }, view, 110, 40, 40)).toBe(false);
});

it("zooms alike by wheels that count in pixels and in lines, and never wildly", () => {
  const nearer = wheelFactor({ deltaY: -100, deltaMode: 0, ctrlKey: false });

  expect(nearer).toBeGreaterThan(1.15);
  expect(wheelFactor({ deltaY: -3, deltaMode: 1, ctrlKey: false })).toBeCloseTo(nearer, 1);
  expect(wheelFactor({ deltaY: -9_999, deltaMode: 0, ctrlKey: false })).toBeLessThan(2);
});
