import { concertOf } from "~/concerts/known";
import { moment } from "~/i18n/format";
import { useLoaded } from "~/ui/async";
import "~/concerts/occasion.css";

/** Which concert, when and where: enough to find the seats by. */
export interface EventFacts {
  title: string;
  artist: string;
  startsAt: string;
  venue: string;
}

export async function eventOf(performanceId: string, concertId?: string): Promise<EventFacts | null> {
  const concert = await concertOf(performanceId, concertId);
  const performance = concert?.performances.find((each) => each.id === performanceId);
  if (!concert || !performance) return null;
  return {
    title: concert.title,
    artist: concert.artist,
    startsAt: performance.starts_at,
    venue: performance.venue,
  };
}

interface Given {
  performanceId: string;
  /** Saves a search where it is known. */
  concertId?: string;
  /** As kept from before: shown until, and unless, the service tells. */
  kept?: EventFacts | undefined;
  heading?: "h2" | "h3";
}

/** Empty while nothing is known. */
export function Occasion({ performanceId, concertId, kept, heading: Heading = "h2" }: Given) {
  const { data } = useLoaded(() => eventOf(performanceId, concertId), [performanceId, concertId]);
  const event = data ?? kept;
  if (!event) return <div class="occasion" aria-busy="true" />;
  return (
    <div class="occasion">
      <Heading>{event.title}</Heading>
      <p>{event.artist}</p>
      <p class="hint">
        <time dateTime={event.startsAt}>{moment(event.startsAt)}</time> · {event.venue}
      </p>
    </div>
  );
}
