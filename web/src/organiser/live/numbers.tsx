import type { ComponentChildren } from "preact";
import type { Schemas } from "~/api/client";
import { moment, money, number, percent } from "~/i18n/format";
import { conversion, type Forecast, forecast } from "~/organiser/live/forecast";
import { text } from "~/organiser/live/messages";
import { perMinute, type Sample } from "~/organiser/live/series";

type Live = Schemas["LiveReply"];

export function sampleOf(live: Live): Sample {
  return {
    atMs: live.as_of_ms,
    waiting: live.waiting,
    present: live.present,
    inside: live.inside,
    limit: live.limit,
    admitted: live.admitted_total,
    sold: live.seats.reduce((sum, seats) => sum + seats.sold, 0),
  };
}

/** The sale in figures: what the service says, and what follows from it. */
export function Numbers({ live, series }: { live: Live; series: readonly Sample[] }) {
  const words = text();
  const { sold } = sampleOf(live);
  const total = live.seats.reduce((sum, seats) => sum + seats.total, 0);
  const speed = perMinute(series, (sample) => sample.admitted, 60_000);
  const share = conversion(live.reservations, live.admitted_total);
  const soldOut = told(forecast(series, { sold, total }, live.phase));
  return (
    <section aria-label={words.numbers}>
      <dl class="sale-figures">
        <Figure name={words.waiting} value={number(live.waiting)} hint={words.present(number(live.present))} />
        <Figure name={words.inside} value={number(live.inside)} hint={words.roomFor(number(live.limit))}>
          <meter
            min={0}
            max={live.limit}
            high={live.limit}
            value={Math.min(live.inside, live.limit)}
            aria-label={words.insideOf(number(live.inside), number(live.limit))}
          />
        </Figure>
        <Figure
          name={words.perMinute}
          value={speed === null ? words.notYet : number(Math.round(speed))}
          hint={words.admitted(number(live.admitted_total))}
        />
        <Figure name={words.soldSeats} value={number(sold)} hint={words.soldOf(number(total))}>
          {total > 0 && (
            <meter min={0} max={total} value={sold} aria-label={`${number(sold)} ${words.soldOf(number(total))}`} />
          )}
        </Figure>
        <Figure
          wide
          name={words.revenue}
          value={money(live.revenue_minor, live.currency)}
          hint={words.reservations(live.reservations)}
        />
        <Figure name={words.conversion} value={share === null ? "–" : percent(share)} hint={words.conversionHint} />
        <Figure name={words.forecast} value={soldOut.value} hint={soldOut.hint} />
      </dl>
    </section>
  );
}

interface Shown {
  name: string;
  value: string;
  hint: string;
  /** Needs the room of two. */
  wide?: boolean;
  children?: ComponentChildren;
}

function Figure(given: Shown) {
  return (
    <div class={given.wide ? "card sale-figure wide" : "card sale-figure"}>
      <dt>{given.name}</dt>
      <dd class="value">{given.value}</dd>
      {given.children && <dd>{given.children}</dd>}
      <dd class="hint">{given.hint}</dd>
    </div>
  );
}

/** A forecast in words: spans are rounded, for it is not known better. */
function told(found: Forecast): { value: string; hint: string } {
  const words = text();
  if (found.kind !== "at") return words.forecasts[found.kind];
  const minutes = found.inMs / 60_000;
  const span =
    minutes < 1
      ? words.underAMinute
      : minutes < 90
        ? words.minutes(number(Math.round(minutes)))
        : words.hours(number(Math.round(minutes / 30) / 2));
  return {
    value: minutes < 1 ? span : words.soldOutIn(span),
    hint: words.soldOutAt(moment(new Date(found.atMs).toISOString(), "time")),
  };
}
