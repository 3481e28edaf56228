import { useId, useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { number } from "~/i18n/format";
import { text } from "~/organiser/concerts/messages";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";

type Plan = Schemas["PlanReply"];

interface Given {
  chosen: Plan | null;
  choose: (plan: Plan | null) => void;
  problem: string | null;
}

const MOST = 100;

/** A venue, then one of its plans. */
export function PlanChoice({ chosen, choose, problem }: Given) {
  const id = useId();
  const [venueId, setVenueId] = useState("");
  const query = { limit: MOST };
  const venues = useLoaded((signal) => answer(api.GET("/api/v1/admin/venues", { params: { query }, signal })), []);
  const plans = useLoaded(
    async (signal) => {
      if (!venueId) return null;
      const params = { path: { venue_id: venueId }, query };
      return answer(api.GET("/api/v1/admin/venues/{venue_id}/plans", { params, signal }));
    },
    [venueId],
  );
  const words = text();
  // What was loaded last may be another venue's for a moment.
  const ofVenue = plans.data?.items.filter((plan) => plan.venue_id === venueId);
  const toVenues = <a href="/organiser/venues">{words.toVenues}</a>;
  return (
    <>
      <Failure error={venues.error ?? plans.error} again={venues.error ? venues.reload : plans.reload} />
      <div class="field">
        <label for={`${id}-venue`}>{words.venue}</label>
        <select
          id={`${id}-venue`}
          value={venueId}
          onChange={(event) => {
            setVenueId(event.currentTarget.value);
            choose(null);
          }}
        >
          <option value="">{words.choose}</option>
          {venues.data?.items.map((venue) => (
            <option key={venue.id} value={venue.id}>
              {venue.name}
            </option>
          ))}
        </select>
        {venues.data?.items.length === 0 && (
          <p class="hint">
            {words.noVenue} {toVenues}
          </p>
        )}
      </div>
      <div class="field">
        <label for={`${id}-plan`}>{words.plan}</label>
        <select
          id={`${id}-plan`}
          value={chosen?.id ?? ""}
          disabled={!venueId}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onChange={(event) => choose(ofVenue?.find((plan) => plan.id === event.currentTarget.value) ?? null)}
        >
          <option value="">{words.choose}</option>
          {ofVenue?.map((plan) => (
            <option key={plan.id} value={plan.id}>
              {plan.name} · {number(plan.seat_count)}
            </option>
          ))}
        </select>
        {problem && (
          <p id={`${id}-problem`} class="problem">
            {problem}
          </p>
        )}
        {venueId && plans.data?.items.length === 0 && (
          <p class="hint">
            {words.noPlan} {toVenues}
          </p>
        )}
      </div>
    </>
  );
}
