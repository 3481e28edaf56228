import { clockface } from "~/i18n/format";
import { secondsLeft } from "~/seats/held";
import type { Standing } from "~/seats/inside";
import type { Sale } from "~/seats/load";
import { text } from "~/seats/messages";
import { seatNames } from "~/seats/names";
import type { Loss } from "~/seats/picking";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { useNow } from "~/ui/time";

/** How the sale stands, where it is not simply open with seats to be had. */
export function SaleNotice({ phase, free }: { phase: Standing["phase"] | undefined; free: number | null }) {
  const words = text();
  const said = { closed: words.closed, scheduled: words.notOpen, paused: words.paused, open: null }[phase ?? "open"];
  const sentence = said ?? (free === 0 ? words.soldOut : null);
  return sentence ? (
    <Notice kind="warning">
      <p>{sentence}</p>
    </Notice>
  ) : null;
}

/** The time that is left inside, or the way to the line. */
export function Inside({ place, concertId }: { place: Standing["place"]; concertId: string }) {
  const now = useNow();
  const words = text();
  if (!place) return null;
  const left = place.admitted_until ? secondsLeft(place.admitted_until, now) : 0;
  if (place.status === "admitted" && left > 0) {
    return (
      <p class="seat-inside" role="timer">
        {words.inside(clockface(left))}
      </p>
    );
  }
  return (
    <Notice kind="warning">
      <p>
        {place.status === "waiting" ? words.notYet : words.insideOver}{" "}
        <a href={`/concerts/${concertId}/queue`}>{words.toQueue}</a>
      </p>
    </Notice>
  );
}

interface LossGiven {
  sale: Sale;
  loss: Loss;
  take: () => void;
  dismiss: () => void;
}

/** Somebody was faster: which seats, and others close by. */
export function LossNotice({ sale, loss, take, dismiss }: LossGiven) {
  const words = text();
  const names = seatNames(sale, loss.lost);
  return (
    <div class="notice warning seat-loss" role="alert">
      <p>{loss.some ? words.lost(names, loss.lost.length) : words.lostAll(names, loss.lost.length)}</p>
      {loss.offer.length > 0 && <p>{words.offer(seatNames(sale, loss.offer))}</p>}
      <div class="buttons">
        {loss.offer.length > 0 && <Button press={take}>{words.takeOffer(loss.offer.length)}</Button>}
        <Button kind="quiet" press={dismiss}>
          {words.dismiss}
        </Button>
      </div>
    </div>
  );
}
