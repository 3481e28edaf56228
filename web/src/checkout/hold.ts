/** Which hold the page is about: as the service tells it, or as this browser kept it; docs/api.md "Holds and receipts". */

import type { Schemas } from "~/api/client";
import { isPassing, Refusal } from "~/api/failures";
import { keep, keysFrom, recall } from "~/kernel/storage";
import { keepOwn, type Own, recallOwn } from "~/session/own";

const LAPSED_KEPT_MS = 86_400_000;

export type Hold = Schemas["HoldReply"];

export type Found =
  | { kind: "live"; hold: Hold }
  /** Lapsed, given back, or paid: what is known of it tells where to look for seats again. */
  | { kind: "gone"; kept: Hold | null }
  | { kind: "failed"; error: unknown };

export function keptHold(id: string): Hold | null {
  return recallOwn<Hold>(name(id));
}

export function keepHold(hold: Hold): void {
  keepOwn(name(hold.id), hold);
}

export function forgetHold(id: string): void {
  keep(name(id), null);
}

/** Lets go of holds that nobody came back for; a lapsed one is of use for a while, to find its performance by. */
export function dropOldHolds(nowMs: number): void {
  for (const key of keysFrom(name(""))) {
    const hold = recall<Own<Hold>>(key)?.value;
    if (!hold || Date.parse(hold.expires_at) + LAPSED_KEPT_MS < nowMs) keep(key, null);
  }
}

/** What to make of the answer for a hold. A kept one with a live receipt stands in where the store has lost it. */
export function foundHold(answered: Hold | { error: unknown }, kept: Hold | null, nowMs: number): Found {
  if (!("error" in answered)) return { kind: "live", hold: answered };
  const { error } = answered;
  const missing = error instanceof Refusal && error.code === "not_found";
  if (!missing && !isPassing(error)) return { kind: "failed", error };
  if (kept && Date.parse(kept.expires_at) > nowMs) return { kind: "live", hold: kept };
  return missing ? { kind: "gone", kept } : { kind: "failed", error };
}

function name(id: string): string {
  return `hold.${id}`;
}
