import { useMemo } from "preact/hooks";
import { number } from "~/i18n/format";
import { Mark } from "~/organiser/mark";
import { text } from "~/organiser/venues/messages";
import { type Layout, type Look, layOut, MARKS, type PlanLike, SeatMap } from "~/seats/map";

interface PricelessPlan extends PlanLike {
  tiers: readonly { name: string; color: string; seat_count?: number }[];
}

/** A plan as fans would see it, tier by tier. */
export function PlanMap({ plan }: { plan: PricelessPlan }) {
  const layout: Layout = useMemo(() => layOut(plan), [plan]);
  const looks: Look[] = useMemo(
    () => plan.tiers.map((tier, at) => ({ fill: tier.color, mark: MARKS[at % MARKS.length] })),
    [plan],
  );
  const words = text();
  return (
    <>
      <ul class="map-legend">
        {plan.tiers.map((tier, at) => (
          <li key={tier.name}>
            <Mark look={looks[at]} /> {tier.name} <strong>{number(tier.seat_count ?? 0)}</strong>
          </li>
        ))}
      </ul>
      <div class="map-frame">
        <SeatMap
          layout={layout}
          looks={looks}
          lookOf={layout.tierOf}
          label={words.mapLabel}
          words={words.map}
          note={(section) => words.seats(number(section.count))}
          tell={({ seat, section }) => {
            if (seat === null) return section && `${section.name}: ${words.seats(number(section.count))}`;
            const one = plan.seats[seat];
            return one ? `${one.section} · ${one.row} · ${one.label} · ${one.tier}` : null;
          }}
        />
      </div>
    </>
  );
}
