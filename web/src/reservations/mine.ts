/** What the fan has of a concert, as far as this browser keeps it: whoever bought nothing here asks for nothing. */

import { useEffect } from "preact/hooks";
import { answer, api } from "~/api/client";
import { Refusal } from "~/api/failures";
import { nowMs } from "~/kernel/clock";
import { changes, forgetReservation, keptReservations } from "~/reservations/kept";
import { keepTold } from "~/reservations/told";
import { session } from "~/session/session";

/** Tickets by performance. What is kept is shown at once, and then as the service tells it: some may be cancelled. */
export function useMine(concertId: string): ReadonlyMap<string, number> {
  const fanId = session.value?.user.id;
  changes.value; // looked at, so that this is rendered anew when it changes
  useEffect(() => {
    for (const id of fanId ? keptOf(concertId).map((each) => each.id) : []) void refresh(fanId as string, id);
  }, [concertId, fanId]);
  const mine = new Map<string, number>();
  for (const { performance_id, tickets } of keptOf(concertId))
    mine.set(performance_id, (mine.get(performance_id) ?? 0) + tickets.length);
  return mine;
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
