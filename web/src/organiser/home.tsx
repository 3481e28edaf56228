import { answer, api, type Schemas } from "~/api/client";
import { moment, money, number } from "~/i18n/format";
import { text } from "~/organiser/messages";
import { Operators } from "~/organiser/operators";
import { PhaseBadge } from "~/organiser/phase";
import { First, More, usePages } from "~/ui/pages";

export function Organiser() {
  return <Operators title={text().concerts}>{() => <Sales />}</Operators>;
}

function Sales() {
  const sales = usePages(
    (cursor, signal) => answer(api.GET("/api/v1/admin/sales", { params: { query: cursor ? { cursor } : {} }, signal })),
    [],
  );
  return (
    <>
      <First pages={sales} none={text().none} />
      <ul class="cards">
        {sales.items?.map((sale) => (
          <li key={sale.concert.id}>
            <SaleCard sale={sale} />
          </li>
        ))}
      </ul>
      <More pages={sales} />
    </>
  );
}

function SaleCard({ sale }: { sale: Schemas["SaleReply"] }) {
  const { concert } = sale;
  const words = text();
  const first = concert.performances[0];
  return (
    <article class="card sale">
      <div class="between">
        <h2>{concert.title}</h2>
        <PhaseBadge phase={sale.phase} />
      </div>
      <p>{concert.artist}</p>
      <p class="hint">
        {first ? `${moment(first.starts_at, "short")} · ${first.venue}` : words.noPerformance}
        {concert.performances.length > 1 && ` · ${words.performances(concert.performances.length)}`}
      </p>
      {sale.phase === "scheduled" && concert.sale_opens_at && (
        <p class="hint">{words.opens(moment(concert.sale_opens_at, "short"))}</p>
      )}
      {sale.seats_total > 0 && (
        <>
          <progress
            value={sale.seats_sold}
            max={sale.seats_total}
            aria-label={words.sold(number(sale.seats_sold), number(sale.seats_total))}
          />
          <p>
            {words.sold(number(sale.seats_sold), number(sale.seats_total))} ·{" "}
            <strong>{words.revenue(money(sale.revenue_minor, concert.currency))}</strong>
          </p>
        </>
      )}
      <p class="buttons">
        <a class="button" href={`/organiser/concerts/${concert.id}/live`}>
          {words.watch}
        </a>
        <a class="button quiet" href={`/organiser/concerts/${concert.id}`}>
          {words.manage}
        </a>
      </p>
    </article>
  );
}
