import { describe, expect, it } from "vitest";
import { examplePlan } from "~/seats/map/example";
import { contains } from "~/seats/map/geometry";
import { layOut } from "~/seats/map/layout";

const layout = layOut(examplePlan(2, 3, 5));

describe("a plan laid out", () => {
  it("has its seats by section and row, in the order of their numbers", () => {
    expect(layout.sections.map(({ name, count, rows }) => [name, count, rows.length])).toEqual([
      ["Block 1", 15, 3],
      ["Block 2", 15, 3],
    ]);
    expect(layout.sections[1]?.rows[2]).toEqual({ label: "3", seats: [25, 26, 27, 28, 29] });
    expect([layout.sectionOf[27], layout.rowOf[27], layout.tierOf[27], layout.label[27]]).toEqual([1, 2, 1, "3"]);
  });

  it("knows how far apart neighbours are", () => {
    expect(layout.pitch).toBe(20);
  });

  it("has every seat within the outline of its section and of no other", () => {
    for (let no = 0; no < layout.count; no++) {
      const around = layout.sections.filter(({ outline }) =>
        contains(outline, layout.x[no] as number, layout.y[no] as number),
      );

      expect(around.map(({ at }) => at)).toEqual([layout.sectionOf[no]]);
    }
  });

  it("is drawn where there are no seats yet", () => {
    const empty = layOut({ width: 300, height: 200, seats: [], tiers: [], areas: [] });

    expect(empty.box).toEqual({ left: 0, top: 0, right: 300, bottom: 200 });
  });
});

describe("the index of places", () => {
  it("finds exactly the seats of a box", () => {
    const box = { left: 15, top: 20, right: 45, bottom: 50 };
    const expected = Array.from({ length: layout.count }, (_, no) => no).filter((no) => {
      const [x, y] = [layout.x[no] as number, layout.y[no] as number];
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });

    expect(layout.grid.within(box).sort((a, b) => a - b)).toEqual(expected);
  });

  it("finds the seat that is meant, and none where none is near", () => {
    expect(layout.grid.nearest(22, 27, 12)).toBe(6);
    expect(layout.grid.nearest(22, 27, 1)).toBe(null);
    expect(layout.grid.nearest(-500, -500, 12)).toBe(null);
  });
});
