import type { Hold } from "~/checkout/hold";
import { text } from "~/checkout/messages";
import type { Why } from "~/checkout/paying";
import { concertOf } from "~/concerts/known";
import { reservationOf } from "~/reservations/find";
import { useLoaded } from "~/ui/async";
import { Notice } from "~/ui/notice";

/** The hold is over: why, and the way on. */
export function Over({ why, hold }: { why: Why | "gone"; hold: Hold | null }) {
  const words = text();
  const paid = why === "already_paid";
  return (
    <>
      <Notice kind={paid ? "good" : "warning"}>
        <h2>{words.over[why].title}</h2>
        <p>{words.over[why].text}</p>
      </Notice>
      <p class="buttons">
        {paid ? <ToTickets hold={hold} /> : <ToSeats hold={hold} />}
        {why === "gone" && (
          <a class="button quiet" href="/reservations">
            {words.toReservations}
          </a>
        )}
      </p>
    </>
  );
}

function ToTickets({ hold }: { hold: Hold | null }) {
  const { data } = useLoaded(async () => hold && reservationOf(hold.performance_id, hold.seats), [hold?.id]);
  const words = text();
  return (
    <a class="button" href={data ? `/reservations/${data.id}` : "/reservations"}>
      {data ? words.toReservation : words.toReservations}
    </a>
  );
}

function ToSeats({ hold }: { hold: Hold | null }) {
  const { data: concert } = useLoaded(async () => hold && concertOf(hold.performance_id), [hold?.id]);
  const words = text();
  if (!hold || !concert)
    return (
      <a class="button" href="/">
        {words.toConcerts}
      </a>
    );
  return (
    <a class="button" href={seatsPath(hold.performance_id, concert.id)}>
      {words.chooseAgain}
    </a>
  );
}

export function seatsPath(performanceId: string, concertId: string): string {
  return `/performances/${performanceId}/seats?concert=${concertId}`;
}
