/** A small plan for tests: straight sections side by side, seats 20 apart and rows 24, one tier for each section. */

import type { PlanLike } from "~/seats/map/layout";

export function examplePlan(sections: number, rows: number, seatsInRow: number): PlanLike {
  const seats: PlanLike["seats"][number][] = [];
  for (let section = 0; section < sections; section++) {
    for (let row = 0; row < rows; row++) {
      for (let seat = 0; seat < seatsInRow; seat++) {
        seats.push({
          no: seats.length,
          section: `Block ${section + 1}`,
          row: `${row + 1}`,
          label: `${seat + 1}`,
          tier: `T${section + 1}`,
          x: section * (seatsInRow + 3) * 20 + seat * 20,
          y: row * 24,
        });
      }
    }
  }
  const tiers = Array.from({ length: sections }, (_, at) => ({
    name: `T${at + 1}`,
    color: at ? "#2980b9" : "#8e44ad",
  }));
  return { width: 1000, height: 500, seats, tiers, areas: [] };
}
