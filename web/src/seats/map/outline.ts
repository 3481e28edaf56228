/** The outline of a section: around its rows where they are stacked, as in a curved stand; else around its seats. */

import { grow, hull, type Points, simplify, twiceArea } from "~/seats/map/geometry";

/** Rows far from filling their hull are not a stack; an outline through their ends would cross itself. */
const SHARE_OF_HULL_MIN = 0.3;

export function outline(rows: readonly Points[], pitch: number): number[] {
  const whole = hull(rows.flat());
  const stacked = through(rows);
  const share = Math.abs(twiceArea(stacked)) / (Math.abs(twiceArea(whole)) || 1);
  const chosen = rows.length > 1 && share >= SHARE_OF_HULL_MIN && share <= 1.001 ? stacked : whole;
  return grow(simplify(chosen, pitch / 5), pitch * 0.7);
}

/** Along the first row, down the ends, back along the last row, up the beginnings. */
function through(rows: readonly Points[]): number[] {
  const aligned = align(rows);
  const [first, last] = [aligned[0], aligned.at(-1)];
  if (!first || !last) return [];
  const between = aligned.slice(1, -1);
  const ends = between.flatMap((row) => row.slice(-2));
  const beginnings = between.reverse().flatMap((row) => row.slice(0, 2));
  return [...first, ...ends, ...reversed(last), ...beginnings];
}

/** All rows in the direction of the first: some plans number every other row from the far end. */
function align(rows: readonly Points[]): Points[] {
  let before: Points | null = null;
  return rows.map((row) => {
    const turned: boolean = before !== null && opposed(before, row);
    before = turned ? reversed(row) : row;
    return before;
  });
}

function opposed(one: Points, other: Points): boolean {
  const [ax, ay] = span(one);
  const [bx, by] = span(other);
  return ax * bx + ay * by < 0;
}

function span(row: Points): [number, number] {
  return [(row.at(-2) as number) - (row[0] as number), (row.at(-1) as number) - (row[1] as number)];
}

function reversed(points: Points): number[] {
  const turned: number[] = [];
  for (let at = points.length - 2; at >= 0; at -= 2) turned.push(points[at] as number, points[at + 1] as number);
  return turned;
}
