import { answer, api, type Schemas } from "~/api/client";
import { askPlace } from "~/queue/told";
import { type Loaded, useLoaded } from "~/ui/async";

export interface Standing {
  phase: Schemas["QueueSnapshot"]["phase"];
  /** Null for whoever has no place in the line. */
  place: Schemas["PlaceReply"] | null;
}

/** How the sale stands, and where this fan stands in it. */
export function useStanding(concertId: string | undefined, turn: unknown): Loaded<Standing | null> {
  return useLoaded(
    async (signal) => {
      if (!concertId) return null;
      const params = { path: { concert_id: concertId } };
      const { phase } = await answer(api.GET("/api/v1/concerts/{concert_id}/queue", { params, signal }));
      // A place that is over or not ours is no place; the waiting page knows how to get a new one.
      return { phase, place: await askPlace(concertId, signal).catch(() => null) };
    },
    [concertId, turn],
  );
}
