/** Plane geometry on flat lists of coordinates: x0, y0, x1, y1 ... */

export type Points = readonly number[];

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const NOWHERE: Box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };

export function around(points: Points, box: Box = NOWHERE): Box {
  let { left, top, right, bottom } = box;
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at] as number, points[at + 1] as number];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

export function wider(box: Box, by: number): Box {
  return { left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

export function meet(one: Box, other: Box): boolean {
  return one.left <= other.right && other.left <= one.right && one.top <= other.bottom && other.top <= one.bottom;
}

/** Twice the area, positive where the corners run clockwise on a screen (y downwards). */
export function twiceArea(points: Points): number {
  let sum = 0;
  for (let at = 0, from = points.length - 2; at < points.length; from = at, at += 2) {
    sum +=
      (points[from] as number) * (points[at + 1] as number) - (points[at] as number) * (points[from + 1] as number);
  }
  return sum;
}

/** Whether a point lies within a closed outline, by counting the edges to its right. */
export function contains(points: Points, x: number, y: number): boolean {
  let inside = false;
  for (let at = 0, from = points.length - 2; at < points.length; from = at, at += 2) {
    const [ax, ay] = [points[from] as number, points[from + 1] as number];
    const [bx, by] = [points[at] as number, points[at + 1] as number];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}

/** How long the horizontal line through a point is within an outline; 0 where the point is outside. */
export function chord(points: Points, x: number, y: number): number {
  let [left, right] = [-Infinity, Infinity];
  for (let at = 0, from = points.length - 2; at < points.length; from = at, at += 2) {
    const [ax, ay] = [points[from] as number, points[from + 1] as number];
    const [bx, by] = [points[at] as number, points[at + 1] as number];
    if (ay > y === by > y) continue;
    const crossing = ax + ((y - ay) / (by - ay)) * (bx - ax);
    if (crossing <= x) left = Math.max(left, crossing);
    else right = Math.min(right, crossing);
  }
  return contains(points, x, y) ? right - left : 0;
}

/** The same outline with x and y exchanged. */
export function transposed(points: Points): number[] {
  return Array.from(points, (_, at) => points[at ^ 1] as number);
}

/** The convex hull, clockwise on a screen (Andrew's monotone chain). */
export function hull(points: Points): number[] {
  const order = Array.from({ length: points.length / 2 }, (_, at) => at * 2).sort(
    (a, b) => (points[a] as number) - (points[b] as number) || (points[a + 1] as number) - (points[b + 1] as number),
  );
  const half = (indices: number[]) => {
    const chain: number[] = [];
    for (const at of indices) {
      const [x, y] = [points[at] as number, points[at + 1] as number];
      while (chain.length >= 4 && turn(chain, x, y) <= 0) chain.length -= 2;
      chain.push(x, y);
    }
    return chain.slice(0, -2);
  };
  return order.length < 3
    ? order.flatMap((at) => points.slice(at, at + 2))
    : [...half(order), ...half(order.reverse())];
}

/** Leaves out corners that lie within `tolerance` of the line without them (Douglas and Peucker). */
export function simplify(points: Points, tolerance: number): number[] {
  const last = points.length - 2;
  if (last < 4) return [...points];
  const kept = new Set([0, last]);
  const open: [number, number][] = [[0, last]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span;
    let [worst, far] = [tolerance, -1];
    for (let at = from + 2; at < to; at += 2) {
      const off = distanceToLine(points, from, to, at);
      if (off > worst) [worst, far] = [off, at];
    }
    if (far < 0) continue;
    kept.add(far);
    open.push([from, far], [far, to]);
  }
  return [...kept].sort((a, b) => a - b).flatMap((at) => points.slice(at, at + 2));
}

/** Moves each corner of a closed outline outwards by `by`; sharp corners are moved by twice that at most. */
export function grow(points: Points, by: number): number[] {
  const count = points.length / 2;
  if (count < 3) return boxed(points, by);
  const side = twiceArea(points) > 0 ? by : -by;
  return Array.from({ length: count }, (_, at) => {
    const [x, y] = corner(points, at);
    const [inX, inY] = direction(corner(points, (at + count - 1) % count), [x, y]);
    const [outX, outY] = direction([x, y], corner(points, (at + 1) % count));
    const [normalX, normalY] = [inY + outY, -(inX + outX)];
    const reach = side / Math.max(0.25, (normalX * normalX + normalY * normalY) / 2);
    return [x + normalX * reach, y + normalY * reach];
  }).flat();
}

function boxed(points: Points, by: number): number[] {
  const { left, top, right, bottom } = wider(around(points), by);
  return [left, top, right, top, right, bottom, left, bottom];
}

function corner(points: Points, at: number): [number, number] {
  return [points[at * 2] as number, points[at * 2 + 1] as number];
}

function direction([ax, ay]: [number, number], [bx, by]: [number, number]): [number, number] {
  const length = Math.hypot(bx - ax, by - ay) || 1;
  return [(bx - ax) / length, (by - ay) / length];
}

function turn(chain: Points, x: number, y: number): number {
  const [ax, ay, bx, by] = chain.slice(-4) as [number, number, number, number];
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

function distanceToLine(points: Points, from: number, to: number, at: number): number {
  const [ax, ay] = [points[from] as number, points[from + 1] as number];
  const [dx, dy] = [(points[to] as number) - ax, (points[to + 1] as number) - ay];
  const [px, py] = [(points[at] as number) - ax, (points[at + 1] as number) - ay];
  const length = Math.hypot(dx, dy);
  return length === 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
}
