import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { answer, api, type Schemas } from "~/api/client";
import { number } from "~/i18n/format";
import { Operators } from "~/organiser/operators";
import { text } from "~/organiser/venues/messages";
import { PlanMap } from "~/organiser/venues/plan-map";
import { PlanUpload } from "~/organiser/venues/plan-upload";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { First, More, usePages } from "~/ui/pages";

export function VenuePage() {
  const { id } = useRoute().params;
  return <Operators title={text().plans}>{() => <Venue key={id} id={id as string} />}</Operators>;
}

function Venue({ id }: { id: string }) {
  const path = { venue_id: id };
  const venue = useLoaded(
    (signal) => answer(api.GET("/api/v1/admin/venues/{venue_id}", { params: { path }, signal })),
    [id],
  );
  const plans = usePages(
    (cursor, signal) => {
      const query = cursor ? { cursor } : {};
      return answer(api.GET("/api/v1/admin/venues/{venue_id}/plans", { params: { path, query }, signal }));
    },
    [id],
  );
  const words = text();
  if (!venue.data)
    return venue.error ? (
      <Failure error={venue.error} again={venue.reload} />
    ) : (
      <p aria-busy="true">{common().loading}</p>
    );
  return (
    <>
      <p class="lead">
        <strong>{venue.data.name}</strong>
      </p>
      <First pages={plans} none={words.noPlan} />
      <ul class="plain">
        {plans.items?.map((plan) => (
          <li key={plan.id}>
            <StoredPlan plan={plan} />
          </li>
        ))}
      </ul>
      <More pages={plans} />
      <PlanUpload venueId={id} stored={plans.reload} />
    </>
  );
}

function StoredPlan({ plan }: { plan: Schemas["PlanReply"] }) {
  const [shown, show] = useState(false);
  const words = text();
  return (
    <details class="card" onToggle={(event) => show(event.currentTarget.open)}>
      <summary>
        <strong>{plan.name}</strong> · {words.seats(number(plan.seat_count))}
        <span class="hint"> · {words.tiers(plan.tiers.map((tier) => tier.name).join(", "))}</span>
      </summary>
      {shown && <LoadedPlan id={plan.id} />}
    </details>
  );
}

function LoadedPlan({ id }: { id: string }) {
  const params = { path: { plan_id: id } };
  const { data, error, reload } = useLoaded(
    (signal) => answer(api.GET("/api/v1/admin/plans/{plan_id}/seats", { params, signal })),
    [id],
  );
  if (!data) return error ? <Failure error={error} again={reload} /> : <p aria-busy="true">{common().loading}</p>;
  return <PlanMap plan={data} />;
}
