import { text } from "~/queue/messages";
import { Button } from "~/ui/button";

/** After the place has ended: a new number, or what became of the old one. */
export function Ended({ again }: { again: () => void }) {
  const words = text();
  return (
    <>
      <p>
        <Button press={again}>{words.again}</Button>
      </p>
      <p>
        <a href="/reservations">{words.toReservations}</a>
      </p>
    </>
  );
}
