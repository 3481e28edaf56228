/** The hold that this browser has made for a performance and not finished with. */

import type { Schemas } from "~/api/client";
import { keep, recall } from "~/kernel/storage";

type Hold = Schemas["HoldReply"];

/** The whole answer is kept: its receipt stands for the hold, should the service lose it. */
export function keepHold(hold: Hold): void {
  keep(`hold.${hold.id}`, hold);
  keep(`holding.${hold.performance_id}`, hold.id);
}

export function keptHold(performanceId: string): Hold | null {
  const id = recall<string>(`holding.${performanceId}`);
  return id ? recall<Hold>(`hold.${id}`) : null;
}

export function forgetHold(hold: Hold): void {
  keep(`hold.${hold.id}`, null);
  keep(`holding.${hold.performance_id}`, null);
}

/** Seconds that are left of it, by the service's clock; 0 when it has lapsed. */
export function secondsLeft(until: string, nowMs: number): number {
  return Math.max(0, (Date.parse(until) - nowMs) / 1_000);
}
