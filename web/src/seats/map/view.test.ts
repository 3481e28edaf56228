import { describe, expect, it } from "vitest";
import { between, centre, framed, limitsOf, pan, pinch, seen, zoomAt } from "~/seats/map/view";

const box = { left: 0, top: 0, right: 1_000, bottom: 500 };
const limits = limitsOf(box, { width: 500, height: 500 }, 20);
const whole = framed(box, limits);

describe("the view", () => {
  it("begins with all of the plan in the middle", () => {
    const part = seen(whole, limits.frame);

    expect([part.left + part.right, part.top + part.bottom].map(Math.round)).toEqual([1_000, 500]);
    expect(part.left).toBeLessThan(0);
  });

  it("keeps the point under the pointer where it is while zooming", () => {
    const before = zoomAt(whole, 3, 250, 250, limits);
    const after = zoomAt(before, 1.3, 200, 240, limits);
    const under = (view: typeof whole) =>
      [(200 - view.x) / view.scale, (240 - view.y) / view.scale].map((at) => at.toFixed(6));

    expect(under(after)).toEqual(under(before));
  });

  it("comes no nearer and goes no farther than its limits", () => {
    expect(zoomAt(whole, 1_000, 0, 0, limits).scale).toBe(limits.scaleMax);
    expect(zoomAt(whole, 0.001, 0, 0, limits).scale).toBe(limits.scaleMin);
  });

  it("cannot be dragged away from the plan", () => {
    const near = zoomAt(whole, 4, 250, 250, limits);
    const part = seen(pan(near, 1e6, -1e6, limits), limits.frame);

    expect(part.right).toBeGreaterThan(box.left);
    expect(part.top).toBeLessThan(box.bottom);
  });

  it("follows two fingers: their middle and their distance", () => {
    const near = zoomAt(whole, 2, 250, 250, limits);
    const after = pinch(near, { x: 250, y: 250, apart: 100 }, { x: 260, y: 250, apart: 150 }, limits);

    expect(after.scale / near.scale).toBeCloseTo(1.5);
    expect((260 - after.x) / after.scale).toBeCloseTo((250 - near.x) / near.scale);
  });

  it("glides from one view to another and arrives exactly", () => {
    const target = centre(700, 200, 2, limits);

    expect(between(whole, target, 0, limits)).toEqual(whole);
    expect(between(whole, target, 1, limits).scale).toBeCloseTo(target.scale);
    expect(between(whole, target, 1, limits).x).toBeCloseTo(target.x);
  });
});
