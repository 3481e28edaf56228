import { text } from "~/checkout/messages";
import { clockface } from "~/i18n/format";
import { useNow } from "~/ui/time";

const MINUTE_S = 60;
const HALF_S = 30;

export type Announced = "minute" | "half" | "over" | null;

/** What a screen reader is told, which is not every second. */
export function announced(leftS: number): Announced {
  if (leftS <= 0) return "over";
  if (leftS <= HALF_S) return "half";
  return leftS <= MINUTE_S ? "minute" : null;
}

/** How long the seats are still the fan's, by the service's clock. */
export function Countdown({ untilMs }: { untilMs: number }) {
  const leftS = (untilMs - useNow()) / 1_000;
  const told = announced(leftS);
  const words = text();
  return (
    <p class={told ? "checkout-countdown soon" : "checkout-countdown"}>
      {words.heldFor} <strong role="timer">{clockface(leftS)}</strong>
      <span class="visually-hidden" role="status">
        {told && words.announced[told]}
      </span>
    </p>
  );
}
