/** The held seats as people know them. */

import type { Schemas } from "~/api/client";

type Plan = Pick<Schemas["boxoffice.catalog.schemas.SeatsReply"], "seats" | "tiers">;

export interface HeldSeat {
  no: number;
  section: string;
  row: string;
  label: string;
  tier: string;
  priceMinor: number;
}

/** In the order of the plan; a number that the plan does not have is left out. */
export function heldSeats(plan: Plan, numbers: readonly number[]): HeldSeat[] {
  const wanted = new Set(numbers);
  const prices = new Map(plan.tiers.map((tier) => [tier.name, tier.price_minor]));
  return plan.seats
    .filter((seat) => wanted.has(seat.no))
    .map(({ no, section, row, label, tier }) => ({ no, section, row, label, tier, priceMinor: prices.get(tier) ?? 0 }));
}
