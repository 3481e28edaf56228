/** Concerts as seats, holds and reservations need them: by performance, each asked for once. */

import { answer, api, type Schemas } from "~/api/client";

export type Concert = Schemas["ConcertReply"];

const PAGES_MAX = 5;
const known = new Map<string, Promise<Concert | null>>();

/**
 * The concert that a performance belongs to. `concertId` saves a search; without it, null where the concert is not among
 * the newest `PAGES_MAX` pages. What was not found, or failed, is asked for again by whoever wants it next.
 */
export function concertOf(performanceId: string, concertId?: string): Promise<Concert | null> {
  const before = known.get(performanceId);
  if (before) return before;
  const asked = concertId ? byId(concertId) : found(performanceId);
  known.set(performanceId, asked);
  asked.then(
    (concert) => concert ?? known.delete(performanceId),
    () => known.delete(performanceId),
  );
  return asked;
}

function byId(id: string): Promise<Concert> {
  return answer(api.GET("/api/v1/concerts/{concert_id}", { params: { path: { concert_id: id } } }));
}

async function found(performanceId: string): Promise<Concert | null> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = cursor ? { limit: 100, cursor } : { limit: 100 };
    const { items, next } = await answer(api.GET("/api/v1/concerts", { params: { query } }));
    const concert = items.find((each) => each.performances.some(({ id }) => id === performanceId));
    if (concert || next === null) return concert ?? null;
    cursor = next;
  }
  return null;
}
