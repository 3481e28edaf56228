import { concertOf } from "~/concerts/known";
import { moment } from "~/i18n/format";
import { useLoaded } from "~/ui/async";
import "~/concerts/occasion.css";

interface Given {
  performanceId: string;
  /** Saves a search where it is known. */
  concertId?: string;
  heading?: "h2" | "h3";
}

/** Which concert, when and where; empty while that is not known. */
export function Occasion({ performanceId, concertId, heading: Heading = "h2" }: Given) {
  const { data: concert } = useLoaded(() => concertOf(performanceId, concertId), [performanceId, concertId]);
  const performance = concert?.performances.find((each) => each.id === performanceId);
  if (!concert || !performance) return <div class="occasion" aria-busy="true" />;
  return (
    <div class="occasion">
      <Heading>{concert.title}</Heading>
      <p>{concert.artist}</p>
      <p class="hint">
        <time dateTime={performance.starts_at}>{moment(performance.starts_at)}</time> · {performance.venue}
      </p>
    </div>
  );
}
