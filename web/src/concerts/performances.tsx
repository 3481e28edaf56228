import type { Schemas } from "~/api/client";
import type { Free } from "~/concerts/live";
import { text } from "~/concerts/messages";
import { ToTickets } from "~/concerts/to-tickets";
import { moment, money, number, zone } from "~/i18n/format";
import { useMine } from "~/reservations/mine";
import { useNow } from "~/ui/time";

type Concert = Schemas["ConcertReply"];

interface Given {
  concert: Concert;
  free: Free | null;
  /** What the link of each performance says; a big button where the fan is inside. */
  link: string;
  main?: boolean;
}

/** Every date with venue, prices and what is free, earliest first. */
export function Performances({ concert, free, link, main = false }: Given) {
  const now = useNow(60_000);
  const mine = useMine(concert.id);
  const words = text();
  if (concert.performances.length === 0) return <p>{words.noDates}</p>;
  return (
    <>
      <h2>{words.dates}</h2>
      <p class="hint">{words.zone(zone())}</p>
      <ul class="dates">
        {concert.performances.map((performance) => (
          <li key={performance.id} class="card">
            <h3>
              <time dateTime={performance.starts_at}>{moment(performance.starts_at)}</time>
            </h3>
            <p>{performance.venue}</p>
            <Tiers tiers={performance.tiers} currency={concert.currency} />
            <Mine count={mine.get(performance.id) ?? 0} most={performance.seats_per_fan} />
            <div class="date-row">
              {Date.parse(performance.starts_at) <= now ? (
                <p class="hint">{words.over}</p>
              ) : (
                <>
                  <FreeSeats told={free?.get(performance.id)} />
                  {(mine.get(performance.id) ?? 0) >= performance.seats_per_fan ? (
                    <ToTickets>
                      <When at={performance.starts_at} />
                    </ToTickets>
                  ) : (
                    <a
                      class={main ? "button" : "button quiet"}
                      href={`/performances/${performance.id}/seats?concert=${concert.id}`}
                    >
                      {link}
                      <When at={performance.starts_at} />
                    </a>
                  )}
                </>
              )}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Tells links of the same words apart for whoever hears them. */
function When({ at }: { at: string }) {
  return <span class="visually-hidden"> {moment(at, "short")}</span>;
}

/** What the fan has of a date already, and whether that is all that there is for one person. */
function Mine({ count, most }: { count: number; most: number }) {
  if (count === 0) return null;
  return <p class="date-mine">{count < most ? text().mine(count) : text().mineAll(count)}</p>;
}

function FreeSeats({ told }: { told: { free: number; total: number } | undefined }) {
  if (!told) return <p class="hint" />;
  return <p class="hint">{told.free ? text().free(number(told.free), number(told.total)) : text().full}</p>;
}

function Tiers({ tiers, currency }: { tiers: Schemas["PricedTier"][]; currency: string }) {
  return (
    <ul class="tiers" aria-label={text().prices}>
      {tiers.map((tier) => (
        <li key={tier.name}>
          <span class="tier-swatch" style={{ background: tier.color }} aria-hidden="true" />
          {tier.name} <strong>{money(tier.price_minor, currency)}</strong>
        </li>
      ))}
    </ul>
  );
}
