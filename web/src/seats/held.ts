/** The hold that this fan has made in this browser for a performance and not finished with. */

import type { Schemas } from "~/api/client";
import { keepOwn, recallOwn } from "~/session/own";

type Hold = Schemas["HoldReply"];

/** The whole answer is kept: its receipt stands for the hold, should the service lose it. */
export function keepHold(hold: Hold): void {
  keepOwn(`hold.${hold.id}`, hold);
  keepOwn(`holding.${hold.performance_id}`, hold.id);
}

export function keptHold(performanceId: string): Hold | null {
  const id = recallOwn<string>(`holding.${performanceId}`);
  return id ? recallOwn<Hold>(`hold.${id}`) : null;
}

export function forgetHold(hold: Hold): void {
  keepOwn(`hold.${hold.id}`, null);
  keepOwn(`holding.${hold.performance_id}`, null);
}

/** Seconds that are left of it, by the service's clock; 0 when it has lapsed. */
export function secondsLeft(until: string, nowMs: number): number {
  return Math.max(0, (Date.parse(until) - nowMs) / 1_000);
}
