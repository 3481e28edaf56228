/** Seats by state, as the map and its table show them. */

import type { Look } from "~/seats/map";

export const STATES = ["free", "held", "paying", "sold"] as const;
export type State = (typeof STATES)[number];

/** Told apart by every eye (Okabe and Ito's palette), from pale to dark, and by a mark when near. */
export const LOOKS: readonly Look[] = [
  { fill: "#c3c7d1" },
  { fill: "#e69f00", mark: "triangle" },
  { fill: "#cc79a7", mark: "diamond" },
  { fill: "#0072b2", mark: "disc" },
];

export interface Bitmaps {
  total: number;
  held: string;
  paying: string;
  sold: string;
}

/** For each seat the number of its state. The same array as `before` where no seat has changed. */
export function statesOf({ total, held, paying, sold }: Bitmaps, before?: Uint8Array): Uint8Array {
  const states = new Uint8Array(total);
  [held, paying, sold].forEach((bitmap, at) => {
    mark(states, atob(bitmap), at + 1);
  });
  return before?.length === total && states.every((state, no) => state === before[no]) ? before : states;
}

function mark(states: Uint8Array, bitmap: string, state: number): void {
  const bytes = Math.min(bitmap.length, Math.ceil(states.length / 8));
  for (let at = 0; at < bytes; at++) {
    const byte = bitmap.charCodeAt(at);
    for (let bit = 0; byte && bit < 8; bit++) if (byte & (128 >> bit)) states[at * 8 + bit] = state;
  }
}

/** How many seats of each group are in each state. */
export function countStates(states: Uint8Array, groupOf: ArrayLike<number>, groups: number): number[][] {
  const counts = Array.from({ length: groups }, () => STATES.map(() => 0));
  for (let no = 0; no < states.length; no++) {
    const row = counts[groupOf[no] as number];
    const state = states[no] as number;
    if (row) row[state] = (row[state] as number) + 1;
  }
  return counts;
}
