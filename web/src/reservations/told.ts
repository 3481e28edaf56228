/** A reservation as the service tells it, and as this browser keeps it for a door without a network. */

import { useEffect, useState } from "preact/hooks";
import { answer, api } from "~/api/client";
import { Refusal } from "~/api/failures";
import { eventOf } from "~/concerts/occasion";
import { nowMs } from "~/kernel/clock";
import { forgetReservation, type Kept, keepReservation, keptReservation, type Reservation } from "~/reservations/kept";
import { session } from "~/session/session";
import { type Loaded, useLoaded } from "~/ui/async";

export function useReservation(fanId: string, id: string): Loaded<Reservation> & { kept: Kept | null } {
  const [kept, setKept] = useState(() => keptReservation(id, nowMs()));
  const loaded = useLoaded(
    (signal) =>
      answer(api.GET("/api/v1/reservations/{reservation_id}", { params: { path: { reservation_id: id } }, signal })),
    [fanId, id],
  );
  const { data, error } = loaded;
  useEffect(() => {
    if (data) void keepTold(fanId, data).then(() => setKept(keptReservation(id, nowMs())));
    else if (error instanceof Refusal && error.code === "not_found") forgetReservation(id);
  }, [data, error]);
  return { ...loaded, kept };
}

/**
 * With its concert, or not at all: when it is over tells until when it is of use. Nobody else may have come meanwhile.
 * One that is cancelled is forgotten at once.
 */
export async function keepTold(fanId: string, told: Reservation): Promise<void> {
  if (told.status !== "confirmed") return forgetReservation(told.id);
  const event = await eventOf(told.performance_id, told.concert_id).catch(() => null);
  if (event && session.value?.user.id === fanId) keepReservation(told, event, nowMs());
}
