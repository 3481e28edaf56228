/** The fan's tickets as this browser keeps them: a door may have no network. Nobody else who signs in here sees them. */

import { signal } from "@preact/signals";
import type { Schemas } from "~/api/client";
import type { EventFacts } from "~/concerts/occasion";
import { keep, keysFrom, recall } from "~/kernel/storage";
import { isKept } from "~/reservations/shape";
import { keepOwn, type Own, recallOwn, whileSignedIn } from "~/session/own";

export type Reservation = Schemas["ReservationReply"];

export interface Kept {
  reservation: Reservation;
  event: EventFacts;
  /** When the service said so, by its clock. */
  toldMs: number;
}

const KEPT_MAX = 20;
/** So long after its performance has begun is a ticket of use: doors stay open, and people come late. */
const AFTER_MS = 86_400_000;

const NAME = whileSignedIn("tickets.");

/** Rises whenever something is kept or forgotten here. */
export const changes = signal(0);

/** Keeps what the service told; a cancelled reservation is no use at a door. */
export function keepReservation(reservation: Reservation, event: EventFacts, nowMs: number): void {
  forgetReservation(reservation.id);
  if (reservation.status !== "confirmed") return;
  keepOwn(NAME + reservation.id, { reservation, event, toldMs: nowMs } satisfies Kept);
  const others = keptReservations(nowMs).slice(KEPT_MAX);
  for (const { reservation: oldest } of others) keep(NAME + oldest.id, null);
  changes.value++;
}

export function forgetReservation(id: string): void {
  if (recall(NAME + id) === null) return;
  keep(NAME + id, null);
  changes.value++;
}

export function keptReservation(id: string, nowMs: number): Kept | null {
  const kept = recallOwn<unknown>(NAME + id);
  return isOfUse(kept, id, nowMs) ? kept : null;
}

/** All that are of use to who is signed in, the newest first; what is of none is forgotten. */
export function keptReservations(nowMs: number): Kept[] {
  const found = keysFrom(NAME).flatMap((key) => {
    const id = key.slice(NAME.length);
    const kept = keptReservation(id, nowMs);
    if (!kept && !isOfUse(recall<Own<unknown>>(key)?.value, id, nowMs)) keep(key, null);
    return kept ? [kept] : [];
  });
  return found.sort((one, other) => Date.parse(other.reservation.created_at) - Date.parse(one.reservation.created_at));
}

function isOfUse(kept: unknown, id: string, nowMs: number): kept is Kept {
  return isKept(kept, id) && Date.parse(kept.event.startsAt) + AFTER_MS > nowMs;
}
