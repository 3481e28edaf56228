/** The fan's place in each queue, as this browser keeps it: the same in every tab, and there again after a reload. */

import { type Signal, signal } from "@preact/signals";
import { keep, onKept, recall } from "~/kernel/storage";
import { session } from "~/session/session";

export interface Place {
  /** Whose place: a browser may have several users. */
  fanId: string;
  /** Proves the place; sent as `X-Queue-Token`. */
  token: string;
  number: number;
  epoch: number;
  status: "waiting" | "admitted" | "expired" | "left";
  /** The number was called: the fan reports from now on. */
  called: boolean;
  /** By the service's clock; null unless admitted. */
  admittedUntilMs: number | null;
  /** People ahead: at the first look (null before it), and now. */
  aheadAtFirst: number | null;
  ahead: number;
  /** From 0 to 1; never goes back while the number is the same. */
  progress: number;
  /** When the turn would come, by each of the last estimates; none while nobody can tell. */
  forecastsMs: readonly number[];
}

const places = new Map<string, Signal<Place | null>>();

/** The place of whoever is signed in; a component that asks while it renders is rendered anew when it changes. */
export function placeOf(concertId: string): Place | null {
  const place = known(concertId).value;
  return place && place.fanId === session.value?.user.id ? place : null;
}

/** Its status as far as the clock tells: who was admitted is not for ever. */
export function statusAt({ status, admittedUntilMs }: Place, nowMs: number): Place["status"] {
  return status === "admitted" && admittedUntilMs !== null && admittedUntilMs <= nowMs ? "expired" : status;
}

export function keepPlace(concertId: string, place: Place | null): void {
  keep(`queue.${concertId}`, place);
  known(concertId).value = place;
}

function known(concertId: string): Signal<Place | null> {
  const key = `queue.${concertId}`;
  let place = places.get(concertId);
  if (!place) {
    const made = signal(recall<Place>(key));
    onKept(key, () => {
      made.value = recall<Place>(key);
    });
    places.set(concertId, made);
    place = made;
  }
  return place;
}
