import { answer, api, type Schemas } from "~/api/client";
import "~/concerts/concerts.css";
import { useFree, useQueue } from "~/concerts/live";
import { text } from "~/concerts/messages";
import { isMissing, MissingConcert } from "~/concerts/missing";
import { Opening } from "~/concerts/opening";
import { Performances } from "~/concerts/performances";
import { ToTickets } from "~/concerts/to-tickets";
import { number } from "~/i18n/format";
import { nowMs } from "~/kernel/clock";
import { untilOpening } from "~/queue/pacing";
import { type Place, placeOf, statusAt } from "~/queue/place";
import { useStillInside } from "~/queue/told";
import { useMine, useMineAsked } from "~/reservations/mine";
import { session } from "~/session/session";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Page } from "~/ui/page";
import { useNow } from "~/ui/time";

const FREE_EVERY_MS = 30_000;

type Concert = Schemas["ConcertReply"];

export function useConcert(id: string) {
  return useLoaded(
    (signal) => answer(api.GET("/api/v1/concerts/{concert_id}", { params: { path: { concert_id: id } }, signal })),
    [id],
  );
}

/** `/concerts/:id` */
export function ConcertPage({ id }: { id: string }) {
  const { data, error, reload } = useConcert(id);
  const words = text();
  if (isMissing(error)) return <MissingConcert />;
  if (!data)
    return (
      <Page title={words.concert}>
        {error ? <Failure error={error} again={reload} /> : <p aria-busy="true">{common().loading}</p>}
      </Page>
    );
  return (
    <Page title={data.title} key={id}>
      <p class="artist">{data.artist}</p>
      <Sale concert={data} />
      {data.description && <p class="concert-description">{data.description}</p>}
      <Dates concert={data} />
    </Page>
  );
}

function Dates({ concert }: { concert: Concert }) {
  const free = useFree(
    concert.performances.map((performance) => performance.id),
    FREE_EVERY_MS,
  );
  return <Performances concert={concert} free={free} link={text().map} />;
}

/** The sale as the public queue tells it, and the way in. */
function Sale({ concert }: { concert: Concert }) {
  const opensAtMs = concert.sale_opens_at ? Date.parse(concert.sale_opens_at) : null;
  const { data, error, reload } = useQueue(concert.id, (seen) => {
    const { afterMs, spreadMs } = untilOpening(seen.phase === "scheduled" ? opensAtMs : null, seen.poll, nowMs());
    return afterMs + Math.random() * spreadMs;
  });
  const words = text();
  if (!data) return error ? <Failure error={error} again={reload} /> : <p aria-busy="true">{common().loading}</p>;
  const { phase, waiting } = data;
  return (
    <section class="card concert-sale" aria-label={words.sale}>
      <p class={`concert-phase ${phase}`}>{words.phases[phase]}</p>
      {phase === "scheduled" && concert.sale_opens_at && <Opening at={concert.sale_opens_at} />}
      {phase === "paused" && <p>{words.pausedHint}</p>}
      {phase === "closed" && <p>{words.closedHint}</p>}
      {(phase === "open" || phase === "paused") && (
        <p>{waiting > 0 ? words.waiting(number(waiting)) : words.nobodyWaits}</p>
      )}
      <WayIn concert={concert} seen={data} />
    </section>
  );
}

function WayIn({ concert, seen }: { concert: Concert; seen: Schemas["QueueSnapshot"] }) {
  useStillInside(concert.id);
  useMineAsked(concert.id);
  const mine = useMine(concert.id);
  const place = placeOf(concert.id);
  const now = useNow();
  const words = text();
  const status = place && statusAt(place, now);
  const line = `/concerts/${concert.id}/queue`;
  const closed = seen.phase === "closed" && status !== "waiting";
  if (hasAll(concert.performances, mine, now))
    return (
      <>
        <p>{words.allMine}</p>
        <ToTickets main />
      </>
    );
  return (
    <>
      {(!closed || mine.size > 0) && (
        <div class="buttons">
          {!closed && (
            <a class="button" href={session.value ? line : `/sign-in?next=${encodeURIComponent(line)}`}>
              {words[wayIn(seen, status)]}
            </a>
          )}
          {mine.size > 0 && <ToTickets main={closed} />}
        </div>
      )}
      {!session.value && !closed && <p class="hint">{words.signInFirst}</p>}
    </>
  );
}

/** Whether the fan has all seats that one person may have, for every date that is still to come. */
export function hasAll(
  performances: readonly Pick<Schemas["PerformanceReply"], "id" | "starts_at" | "seats_per_fan">[],
  mine: ReadonlyMap<string, number>,
  nowMs: number,
): boolean {
  const ahead = performances.filter(({ starts_at }) => Date.parse(starts_at) > nowMs);
  return ahead.length > 0 && ahead.every(({ id, seats_per_fan }) => (mine.get(id) ?? 0) >= seats_per_fan);
}

/** What the button promises: it all leads to the queue, which lets in at once where nobody waits. */
export function wayIn(
  { phase, waiting, admitted, limit }: Pick<Schemas["QueueSnapshot"], "phase" | "waiting" | "admitted" | "limit">,
  status: Place["status"] | null,
): "toSeats" | "toPlace" | "wait" | "join" {
  if (status === "admitted") return "toSeats";
  if (status === "waiting") return "toPlace";
  if (phase === "scheduled") return "wait";
  if (status) return "join"; // the queue asks whether a new number is wanted
  return phase === "open" && waiting === 0 && admitted < limit ? "toSeats" : "join";
}
