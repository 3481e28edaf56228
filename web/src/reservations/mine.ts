/** What the fan has of a concert, as far as this browser keeps it: whoever bought nothing here asks for nothing. */

import { useEffect } from "preact/hooks";
import { answer, api } from "~/api/client";
import { Refusal } from "~/api/failures";
import { nowMs } from "~/kernel/clock";
import { changes, forgetReservation, keptReservations } from "~/reservations/kept";
import { keepTold } from "~/reservations/told";
import { session } from "~/session/session";

/** Tickets by performance, as they are kept. */
export function useMine(concertId: string): ReadonlyMap<string, number> {
  changes.value; // looked at, so that this is rendered anew when it changes
  const mine = new Map<string, number>();
  for (const { performance_id, tickets } of keptOf(concertId))
    mine.set(performance_id, (mine.get(performance_id) ?? 0) + tickets.length);
  return mine;
}

/** Asks the service once for each reservation that is kept: it may have been cancelled elsewhere. */
export function useMineAsked(concertId: string): void {
  const fanId = session.value?.user.id;
  useEffect(() => {
    if (fanId) for (const { id } of keptOf(concertId)) void refresh(fanId, id);
  }, [concertId, fanId]);
}

function keptOf(concertId: string) {
  return keptReservations(nowMs())
    .map((kept) => kept.reservation)
    .filter((reservation) => reservation.concert_id === concertId);
}

async function refresh(fanId: string, id: string): Promise<void> {
  const params = { path: { reservation_id: id } };
  try {
    await keepTold(fanId, await answer(api.GET("/api/v1/reservations/{reservation_id}", { params })));
  } catch (error) {
    if (error instanceof Refusal && error.code === "not_found") forgetReservation(id);
  }
}
