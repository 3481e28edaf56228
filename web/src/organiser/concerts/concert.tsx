import { useRoute } from "preact-iso";
import { answer, api, type Schemas } from "~/api/client";
import { moment, money, number } from "~/i18n/format";
import { text } from "~/organiser/concerts/messages";
import { PerformanceForm } from "~/organiser/concerts/performance-form";
import { SaleControls } from "~/organiser/concerts/sale-controls";
import { text as organiser } from "~/organiser/messages";
import { Operators } from "~/organiser/operators";
import { PhaseBadge } from "~/organiser/phase";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";

export function ManagedConcert() {
  const { id } = useRoute().params;
  return <Operators title={text().manage}>{() => <Managed key={id} concertId={id as string} />}</Operators>;
}

function Managed({ concertId }: { concertId: string }) {
  const params = { path: { concert_id: concertId } };
  const { data, error, reload } = useLoaded(
    (signal) => answer(api.GET("/api/v1/admin/sales/{concert_id}", { params, signal })),
    [concertId],
  );
  const words = text();
  if (!data) return error ? <Failure error={error} again={reload} /> : <p aria-busy="true">{common().loading}</p>;
  const { concert } = data;
  return (
    <>
      <div class="between">
        <p class="lead">
          <strong>{concert.title}</strong> · {concert.artist} <PhaseBadge phase={data.phase} />
        </p>
        <span class="buttons">
          <a class="button" href={`/organiser/concerts/${concertId}/live`}>
            {words.live}
          </a>
          <a class="button quiet" href={`/concerts/${concertId}`}>
            {words.asFansSee}
          </a>
        </span>
      </div>
      <Failure error={error} again={reload} />
      {concert.description && <p class="organiser-description">{concert.description}</p>}
      {data.phase === "scheduled" && concert.sale_opens_at && (
        <p class="hint">{organiser().opens(moment(concert.sale_opens_at))}</p>
      )}
      <SaleControls
        concertId={concertId}
        phase={data.phase}
        notYet={concert.performances.length ? null : words.needsPerformance}
        changed={reload}
      />
      <section class="card">
        <h2>{words.performances}</h2>
        {concert.performances.length ? <Performances concert={concert} /> : <p class="hint">{words.noPerformance}</p>}
      </section>
      <PerformanceForm concertId={concertId} currency={concert.currency} added={reload} />
    </>
  );
}

function Performances({ concert }: { concert: Schemas["ConcertReply"] }) {
  const words = text();
  return (
    <ul class="plain performances">
      {concert.performances.map((performance) => (
        <li key={performance.id}>
          <strong>{moment(performance.starts_at, "short")}</strong>
          <p>
            {performance.venue} · {words.seatCount(number(performance.seat_count))} ·{" "}
            {words.perFan(number(performance.seats_per_fan))}
          </p>
          <p class="hint">
            {performance.tiers.map((tier) => `${tier.name} ${money(tier.price_minor, concert.currency)}`).join(" · ")}
          </p>
        </li>
      ))}
    </ul>
  );
}
