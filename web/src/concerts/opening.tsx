import { text } from "~/concerts/messages";
import { clockface, moment, zone } from "~/i18n/format";
import { useNow } from "~/ui/time";

const DAY_S = 86_400;

/** When the sale opens, in the fan's own time, and how long that is from now by the service's clock. */
export function Opening({ at }: { at: string }) {
  const toGoS = (Date.parse(at) - useNow()) / 1_000;
  const words = text();
  return (
    <div class="opening">
      <p>{words.opens(moment(at), zone())}</p>
      {toGoS > 0 ? (
        <p>
          {words.opensIn} <strong role="timer">{countdown(toGoS)}</strong>
        </p>
      ) : (
        <p>{words.anyMoment}</p>
      )}
    </div>
  );
}

/** "2 days 3:04:05", or "3:04:05" on the last day. */
export function countdown(seconds: number): string {
  const days = Math.floor(seconds / DAY_S);
  return days > 0 ? `${text().days(days)} ${clockface(seconds % DAY_S)}` : clockface(seconds);
}
