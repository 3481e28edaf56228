import { clockface } from "~/i18n/format";
import { text } from "~/queue/messages";
import { placeOf } from "~/queue/place";
import "~/queue/queue.css";
import { useNow } from "~/ui/time";

const SOON_S = 60;

/** How long the fan may still choose seats, and what to do when that is over; nothing for who was never let in. */
export function TimeInside({ concertId }: { concertId: string }) {
  const now = useNow();
  const place = placeOf(concertId);
  if (!place || place.admittedUntilMs === null) return null;
  const leftS = (place.admittedUntilMs - now) / 1_000;
  const words = text();
  if (leftS <= 0)
    return (
      <div class="notice warning" role="status">
        <p>{words.timeOver}</p>
        <a class="button" href={`/concerts/${concertId}/queue`}>
          {words.toQueue}
        </a>
      </div>
    );
  return (
    <p class={leftS <= SOON_S ? "time-inside soon" : "time-inside"}>
      {words.timeInside} <strong role="timer">{clockface(leftS)}</strong>
      <span class="visually-hidden" role="status">
        {leftS <= SOON_S ? words.lastMinute : ""}
      </span>
    </p>
  );
}
