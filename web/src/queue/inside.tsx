import type { Schemas } from "~/api/client";
import { useFree } from "~/concerts/live";
import { Performances } from "~/concerts/performances";
import { text } from "~/queue/messages";
import { TimeInside } from "~/queue/time-inside";
import type { Loaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";

const FREE_EVERY_MS = 15_000;

/** The fan's turn: the time that is left, and the dates to choose from. */
export function Inside({ concertId, concert }: { concertId: string; concert: Loaded<Schemas["ConcertReply"]> }) {
  const { data, error, reload } = concert;
  return (
    <>
      <TimeInside concertId={concertId} />
      {!data && <Failure error={error} again={reload} />}
      {!data && !error && <p aria-busy="true">{common().loading}</p>}
      {data && <Dates concert={data} />}
    </>
  );
}

function Dates({ concert }: { concert: Schemas["ConcertReply"] }) {
  const free = useFree(
    concert.performances.map((performance) => performance.id),
    FREE_EVERY_MS,
  );
  return <Performances concert={concert} free={free} link={text().toSeats} main />;
}
