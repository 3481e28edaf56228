import { answer, api, type Schemas } from "~/api/client";
import { Occasion } from "~/concerts/occasion";
import { money } from "~/i18n/format";
import { text } from "~/reservations/messages";
import "~/reservations/reservations.css";
import { SignedIn } from "~/session/signed-in";
import { Page } from "~/ui/page";
import { First, More, usePages } from "~/ui/pages";

export function ReservationsPage() {
  return (
    <Page title={text().reservations}>
      <SignedIn>{(fanId) => <Reservations fanId={fanId} />}</SignedIn>
    </Page>
  );
}

function Reservations({ fanId }: { fanId: string }) {
  const pages = usePages(
    (cursor, signal) =>
      answer(api.GET("/api/v1/reservations", { params: { query: cursor ? { cursor } : {} }, signal })),
    [fanId],
  );
  const words = text();
  return (
    <>
      <First pages={pages} none={words.none} />
      {pages.items?.length === 0 && (
        <a class="button" href="/">
          {words.toConcerts}
        </a>
      )}
      <ul class="cards one-column">
        {pages.items?.map((reservation) => (
          <li key={reservation.id}>
            <ReservationCard reservation={reservation} />
          </li>
        ))}
      </ul>
      <More pages={pages} />
    </>
  );
}

function ReservationCard({ reservation }: { reservation: Schemas["ReservationReply"] }) {
  const words = text();
  const cancelled = reservation.status === "cancelled";
  return (
    <a class={cancelled ? "card reservation cancelled" : "card reservation"} href={`/reservations/${reservation.id}`}>
      <Occasion performanceId={reservation.performance_id} concertId={reservation.concert_id} />
      <p>
        <span class={cancelled ? "badge" : "badge good"}>
          {words.statuses[reservation.status] ?? reservation.status}
        </span>{" "}
        {words.count(reservation.tickets.length)} · {money(reservation.total_minor, reservation.currency)}
      </p>
    </a>
  );
}
