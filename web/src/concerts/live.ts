/** What changes while a concert's page is looked at: its public queue and its free seats. Both come from caches. */

import { useEffect, useMemo } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { type Loaded, useLoaded } from "~/ui/async";

export type Free = ReadonlyMap<string, { free: number; total: number }>;

const DATES_MAX = 12;
const RETRY_MS = 15_000;

/** Free seats by performance, of the first twelve; one that cannot be told is left out. */
export function useFree(performanceIds: readonly string[], everyMs: number): Free | null {
  const ids = performanceIds.slice(0, DATES_MAX);
  const loaded = useLoaded(async (signal) => {
    const asked = ids.map(async (id) => {
      const params = { path: { performance_id: id } };
      const { free, total } = await answer(
        api.GET("/api/v1/performances/{performance_id}/availability", { params, signal }),
      );
      return [id, { free, total }] as const;
    });
    const told = await Promise.allSettled(asked);
    return new Map(told.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
  }, ids);
  useAgain(loaded.reload, ids.length > 0 ? everyMs : null);
  return loaded.data;
}

/** The public queue; looked at again after `untilNextMs` of what it said, by itself. */
export function useQueue(
  concertId: string,
  untilNextMs: (seen: Schemas["QueueSnapshot"]) => number,
): Loaded<Schemas["QueueSnapshot"]> {
  const loaded = useLoaded(
    (signal) =>
      answer(api.GET("/api/v1/concerts/{concert_id}/queue", { params: { path: { concert_id: concertId } }, signal })),
    [concertId],
  );
  const { data } = loaded;
  // Decided once for each answer, not at each rendering: it has chance in it.
  const afterMs = useMemo(() => (data ? untilNextMs(data) : RETRY_MS), [data]);
  useAgain(loaded.reload, afterMs);
  return loaded;
}

/** Calls `again` every `everyMs` while the page is seen, and when it is seen again after it was due. */
function useAgain(again: () => void, everyMs: number | null): void {
  useEffect(() => {
    if (everyMs === null) return;
    let missed = false;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
      else missed = true;
    }, everyMs);
    const seen = () => {
      if (document.visibilityState === "visible" && missed) {
        missed = false;
        again();
      }
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [again, everyMs]);
}
