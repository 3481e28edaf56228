/** What a fan has chosen and does not hold yet. Pure: a choice and an event give a choice. */

export type Outcome = "chosen" | "dropped" | "full" | "taken";

/** A tap on a seat: chooses it, or drops it if it is chosen. */
export function toggle(
  chosen: readonly number[],
  no: number,
  most: number,
  taken: boolean,
): { chosen: readonly number[]; outcome: Outcome } {
  if (chosen.includes(no)) return { chosen: chosen.filter((other) => other !== no), outcome: "dropped" };
  if (taken) return { chosen, outcome: "taken" };
  if (chosen.length >= most) return { chosen, outcome: "full" };
  return { chosen: [...chosen, no], outcome: "chosen" };
}

/** What is left of a choice after somebody else took some of it, and what is lost. */
export function without(
  chosen: readonly number[],
  taken: (no: number) => boolean,
): { kept: readonly number[]; lost: readonly number[] } {
  const lost = chosen.filter(taken);
  return lost.length ? { kept: chosen.filter((no) => !taken(no)), lost } : { kept: chosen, lost };
}

export function total(chosen: readonly number[], priceOf: (no: number) => number): number {
  return chosen.reduce((sum, no) => sum + priceOf(no), 0);
}
