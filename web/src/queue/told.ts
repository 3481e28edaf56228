/** Where the service says that the fan stands: a purchase ends the time inside before what this browser was told. */

import { useEffect } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { nowMs } from "~/kernel/clock";
import { keepPlace, placeOf, statusAt } from "~/queue/place";

/** Null for whoever has no place here. A place that has ended is kept as such. Throws as `answer` does. */
export async function askPlace(concertId: string, signal?: AbortSignal): Promise<Schemas["PlaceReply"] | null> {
  const token = placeOf(concertId)?.token;
  if (!token) return null;
  const told = await answer(
    api.GET("/api/v1/concerts/{concert_id}/queue/tokens/current", {
      params: { path: { concert_id: concertId } },
      headers: { "X-Queue-Token": token },
      ...(signal && { signal }),
    }),
  );
  const place = placeOf(concertId);
  if (place?.token === token && (told.status === "left" || told.status === "expired"))
    keepPlace(concertId, { ...place, status: told.status, admittedUntilMs: null });
  return told;
}

/** Asks once whether whoever was let in is inside still; where nobody answers, what is kept stays. */
export function useStillInside(concertId: string): void {
  useEffect(() => {
    const place = placeOf(concertId);
    if (place && statusAt(place, nowMs()) === "admitted") askPlace(concertId).catch(() => undefined);
  }, [concertId]);
}
