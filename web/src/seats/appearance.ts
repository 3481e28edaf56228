/** How the fans' map looks: a colour and a mark for each tier, small grey dots for what is taken. */

import { isTaken } from "~/seats/bitmap";
import type { Layout, Look } from "~/seats/map";
import { MARKS } from "~/seats/map";

const TAKEN: Look = { fill: "#9c9ca8", faint: true };

/** One look for each tier, in their order, and the last for seats that are taken. */
export function looksOf(tiers: Layout["tiers"]): Look[] {
  return [...tiers.map(({ color }, at) => ({ fill: color, mark: MARKS[at % MARKS.length] })), TAKEN];
}

/** `mine` are shown as free: they are, to the fan who holds them in hand. */
export function appearance(layout: Layout, taken: Uint8Array | null, mine: readonly number[]): Uint8Array {
  const lookOf = layout.tierOf.slice();
  if (!taken) return lookOf;
  for (let no = 0; no < layout.count; no++) if (isTaken(taken, no)) lookOf[no] = layout.tiers.length;
  for (const no of mine) lookOf[no] = layout.tierOf[no] as number;
  return lookOf;
}

/** How many seats of each row are free, by section; and of each section by tier. */
export interface Free {
  bySection: Uint32Array;
  byTier: Uint32Array;
  total: number;
}

export function countFree(layout: Layout, taken: Uint8Array): Free {
  const free = { bySection: new Uint32Array(layout.sections.length), byTier: new Uint32Array(layout.tiers.length) };
  let total = 0;
  for (let no = 0; no < layout.count; no++) {
    if (isTaken(taken, no)) continue;
    total++;
    raise(free.bySection, layout.sectionOf[no] as number);
    raise(free.byTier, layout.tierOf[no] as number);
  }
  return { ...free, total };
}

function raise(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

export function freeIn(seats: readonly number[], taken: Uint8Array): number {
  return seats.reduce((count, no) => count + (isTaken(taken, no) ? 0 : 1), 0);
}
