import { Opening } from "~/concerts/opening";
import { text } from "~/queue/messages";
import { Button } from "~/ui/button";

/** Before there is a number. */
export function Outside({ concertId, opensAt }: { concertId: string; opensAt: string | null }) {
  return (
    <>
      {opensAt && <Opening at={opensAt} />}
      <p>
        <a href={`/concerts/${concertId}`}>{text().toConcert}</a>
      </p>
    </>
  );
}

/** After the place has ended: a new number, or the way back. */
export function Ended({ concertId, again }: { concertId: string; again: () => void }) {
  const words = text();
  return (
    <>
      <p>
        <Button press={again}>{words.again}</Button>
      </p>
      <p>
        <a href="/reservations">{words.toReservations}</a> · <a href={`/concerts/${concertId}`}>{words.toConcert}</a>
      </p>
    </>
  );
}
