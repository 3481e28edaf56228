import { useEffect, useRef } from "preact/hooks";
import "~/seats/legend.css";
import { money } from "~/i18n/format";
import type { Free } from "~/seats/appearance";
import type { Sale } from "~/seats/load";
import type { Look } from "~/seats/map";
import { drawSeat } from "~/seats/map/looks";
import { text } from "~/seats/messages";

const EDGE_PX = 22;

/** What each colour and mark means, what it costs, and how many there are. */
export function Legend({ sale, looks, free }: { sale: Sale; looks: readonly Look[]; free: Free | null }) {
  const words = text();
  return (
    <ul class="seat-legend" aria-label={words.prices}>
      {sale.performance.tiers.map((tier, at) => (
        <li key={tier.name}>
          <Swatch look={looks[at] as Look} />
          <span>
            <strong>{tier.name}</strong> {money(tier.price_minor, sale.concert.currency)}
            {free && <small> {words.free(free.byTier[at] as number)}</small>}
          </span>
        </li>
      ))}
      <li>
        <Swatch look={looks.at(-1) as Look} />
        <span>{words.taken}</span>
      </li>
    </ul>
  );
}

/** A seat as the map draws it. */
export function Swatch({ look }: { look: Look }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!pen) return;
    pen.clearRect(0, 0, EDGE_PX * 2, EDGE_PX * 2);
    drawSeat(pen, look, EDGE_PX, EDGE_PX, EDGE_PX * 1.8, false);
  }, [look]);
  return (
    <span class="seat-swatch" aria-hidden="true">
      <canvas ref={canvas} width={EDGE_PX * 2} height={EDGE_PX * 2} />
    </span>
  );
}
