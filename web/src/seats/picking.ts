/** A fan's choice as it meets what others do: one place for the map, the list and the panel. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answer, api, type Schemas } from "~/api/client";
import { Refusal } from "~/api/failures";
import { money } from "~/i18n/format";
import { isTaken } from "~/seats/bitmap";
import { toggle, total, without } from "~/seats/choice";
import { keepHold } from "~/seats/held";
import type { Sale } from "~/seats/load";
import { text } from "~/seats/messages";
import { seatName, seatNames } from "~/seats/names";
import { nearby } from "~/seats/near";
import { refused } from "~/seats/refusals";
import type { Availability } from "~/seats/watch";
import { session } from "~/session/session";
import { useAction } from "~/ui/async";

/** Seats that somebody else took, and others that are free close by. */
export interface Loss {
  lost: readonly number[];
  offer: readonly number[];
  some: boolean;
}

/** What a tap did. A choice is seen in the panel and only read aloud; a refusal is shown as well. */
export interface Said {
  words: string;
  refused: boolean;
}

export function usePicking(sale: Sale, { taken, mark }: Availability) {
  const { route, url } = useLocation();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [loss, setLoss] = useState<Loss | null>(null);
  const [said, say] = useState<Said>({ words: "", refused: false });
  const most = sale.performance.seats_per_fan;
  const gone = (no: number) => taken !== null && isTaken(taken, no);

  const sumOf = (seats: readonly number[]) => money(total(seats, sale.priceOf), sale.concert.currency);

  const lose = (bits: (no: number) => boolean) => {
    const { kept, lost } = without(chosen, bits);
    if (!lost.length) return;
    setChosen(kept);
    say({ words: "", refused: false }); // the notice tells of the loss
    setLoss({ lost, offer: nearby(sale.layout, lost, (no) => !bits(no), kept), some: kept.length > 0 });
  };
  useEffect(() => lose(gone), [taken]);

  const press = (no: number) => {
    const words = text();
    const after = toggle(chosen, no, most, gone(no));
    setChosen(after.chosen);
    setLoss(null);
    const [name, count] = [seatName(sale, no), after.chosen.length];
    if (after.outcome === "chosen") say({ words: words.chosen(name, count, sumOf(after.chosen)), refused: false });
    if (after.outcome === "dropped") say({ words: words.dropped(name, count), refused: false });
    if (after.outcome === "full") say({ words: words.full(most), refused: true });
    if (after.outcome === "taken") say({ words: words.isTaken(name), refused: true });
  };

  const hold = useAction(async (body: Schemas["HoldRequest"]) => {
    if (!session.value) return route(`/sign-in?next=${encodeURIComponent(url)}`);
    const params = { path: { performance_id: sale.performance.id } };
    try {
      const held = await answer(api.POST("/api/v1/performances/{performance_id}/holds", { params, body }));
      keepHold(held);
      route(`/checkout/${held.id}`);
    } catch (error) {
      const next = refused(error, sale.concert.id, url);
      if (next) return route(next);
      const seats = error instanceof Refusal && error.code === "seat_taken" ? (error.members.seats as number[]) : [];
      if (!seats.length || !body.seats) throw error;
      mark(seats);
      lose((no) => seats.includes(no) || gone(no));
    }
  });

  const takeOffer = () => {
    if (!loss) return;
    const after = [...chosen, ...loss.offer].slice(0, most);
    setChosen(after);
    setLoss(null);
    say({ words: text().chosen(seatNames(sale, loss.offer), after.length, sumOf(after)), refused: false });
  };
  const ringed = useMemo(() => loss?.offer ?? [], [loss]);
  return { chosen, loss, said, most, press, hold, takeOffer, dismiss: () => setLoss(null), ringed };
}
