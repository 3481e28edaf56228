/** Concerts as reservations and holds need them: by id or by performance, each asked for once. */

import { answer, api, type Schemas } from "~/api/client";

export type Concert = Schemas["ConcertReply"];

const PAGES_MAX = 5;
const known = new Map<string, Promise<Concert>>();

export function concertById(id: string): Promise<Concert> {
  const before = known.get(id);
  if (before) return before;
  const asked = answer(api.GET("/api/v1/concerts/{concert_id}", { params: { path: { concert_id: id } } }));
  known.set(id, asked);
  asked.catch(() => known.delete(id));
  return asked;
}

/** The concert that a performance belongs to; null where it is not among the newest `PAGES_MAX` pages. */
export async function concertOf(performanceId: string): Promise<Concert | null> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = cursor ? { limit: 100, cursor } : { limit: 100 };
    const { items, next } = await answer(api.GET("/api/v1/concerts", { params: { query } }));
    const found = items.find((concert) => concert.performances.some((each) => each.id === performanceId));
    if (found) {
      known.set(found.id, Promise.resolve(found));
      return found;
    }
    if (next === null) return null;
    cursor = next;
  }
  return null;
}
