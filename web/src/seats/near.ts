/** Other seats instead of those that somebody else was faster to take. */

import type { Layout } from "~/seats/map";

/** A seat in another row than the lost one counts as this many pitches farther away. */
const OTHER_ROW_PITCHES = 3;
/** Beside a seat that is kept: this many pitches nearer. */
const BESIDE_KEPT_PITCHES = 2;
/** Neighbours are at most this many pitches apart; more is an aisle. */
const NEIGHBOUR_PITCHES = 1.6;

/**
 * As many free seats as are `lost`, of the same tier: side by side if there are so many near enough, else the nearest
 * each for itself. Fewer, or none, where the tier has no more. `kept` are those that are still chosen: beside them is best.
 */
export function nearby(
  layout: Layout,
  lost: readonly number[],
  isFree: (no: number) => boolean,
  kept: readonly number[],
): number[] {
  const first = lost[0];
  if (first === undefined) return [];
  const offered = (no: number) => isFree(no) && !kept.includes(no) && !lost.includes(no);
  const together = nearestBlock(layout, lost, kept, offered);
  return together ?? nearestEach(layout, lost, offered);
}

/** The block of neighbours in one row whose seats are nearest to the middle of the lost ones. */
function nearestBlock(
  layout: Layout,
  lost: readonly number[],
  kept: readonly number[],
  offered: (no: number) => boolean,
): number[] | null {
  const tier = layout.tierOf[lost[0] as number];
  const [x, y] = [mean(layout.x, lost), mean(layout.y, lost)];
  let [best, least] = [null as number[] | null, Infinity];
  for (const section of layout.sections) {
    for (const row of section.rows) {
      for (let at = 0; at + lost.length <= row.seats.length; at++) {
        const block = row.seats.slice(at, at + lost.length);
        if (layout.tierOf[block[0] as number] !== tier) continue;
        const beside = kept.includes(row.seats[at - 1] ?? -1) || kept.includes(row.seats[at + lost.length] ?? -1);
        const away =
          distance(layout, block, x, y) +
          strangeness(layout, block[0] as number, lost[0] as number) -
          (beside ? BESIDE_KEPT_PITCHES * layout.pitch : 0);
        if (away >= least || !block.every((no) => offered(no) && layout.tierOf[no] === tier)) continue;
        if (adjacent(layout, block)) [best, least] = [block, away];
      }
    }
  }
  return best;
}

function nearestEach(layout: Layout, lost: readonly number[], offered: (no: number) => boolean): number[] {
  const found: number[] = [];
  for (const no of lost) {
    let [best, least] = [-1, Infinity];
    for (let other = 0; other < layout.count; other++) {
      if (layout.tierOf[other] !== layout.tierOf[no] || !offered(other) || found.includes(other)) continue;
      const away = distance(layout, [other], layout.x[no] as number, layout.y[no] as number);
      if (away < least) [best, least] = [other, away];
    }
    if (best >= 0) found.push(best);
  }
  return found;
}

function adjacent(layout: Layout, block: readonly number[]): boolean {
  return block.every((no, at) => {
    const before = block[at - 1];
    return (
      before === undefined ||
      distance(layout, [no], layout.x[before] as number, layout.y[before] as number) <= layout.pitch * NEIGHBOUR_PITCHES
    );
  });
}

function strangeness(layout: Layout, one: number, other: number): number {
  const same = layout.sectionOf[one] === layout.sectionOf[other] && layout.rowOf[one] === layout.rowOf[other];
  return same ? 0 : OTHER_ROW_PITCHES * layout.pitch;
}

function distance(layout: Layout, block: readonly number[], x: number, y: number): number {
  return Math.hypot(mean(layout.x, block) - x, mean(layout.y, block) - y);
}

function mean(column: Float32Array, seats: readonly number[]): number {
  return seats.reduce((sum, no) => sum + (column[no] as number), 0) / seats.length;
}
