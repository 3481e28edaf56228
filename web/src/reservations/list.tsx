import { useEffect, useState } from "preact/hooks";
import { answer, api } from "~/api/client";
import { type EventFacts, Occasion } from "~/concerts/occasion";
import { money } from "~/i18n/format";
import { nowMs } from "~/kernel/clock";
import { Copy } from "~/reservations/copy";
import { type Kept, keptReservations, type Reservation } from "~/reservations/kept";
import { Lapsed } from "~/reservations/lapsed";
import { text } from "~/reservations/messages";
import "~/reservations/reservations.css";
import { keepTold } from "~/reservations/told";
import { lapsed } from "~/session/session";
import { SignedIn } from "~/session/signed-in";
import { Page } from "~/ui/page";
import { First, More, usePages } from "~/ui/pages";

export function ReservationsPage() {
  return (
    <Page title={text().reservations}>
      <SignedIn lapsedToo={keptReservations(nowMs()).length > 0}>{(fanId) => <Reservations fanId={fanId} />}</SignedIn>
    </Page>
  );
}

function Reservations({ fanId }: { fanId: string }) {
  const pages = usePages(
    (cursor, signal) =>
      answer(api.GET("/api/v1/reservations", { params: { query: cursor ? { cursor } : {} }, signal })),
    [fanId],
  );
  const [kept] = useState(() => keptReservations(nowMs()));
  const told = pages.items;
  useEffect(() => {
    for (const reservation of told ?? []) void keepTold(fanId, reservation);
  }, [told?.map(({ id, status }) => id + status).join()]);
  const words = text();
  const [first] = kept;
  if (!told && first)
    return (
      <>
        {lapsed.value ? <Lapsed kept={first} /> : <Copy kept={first} error={pages.error} again={pages.reload} />}
        <ReservationCards reservations={kept.map((each) => each.reservation)} kept={kept} />
      </>
    );
  return (
    <>
      <First pages={pages} none={words.none} />
      {told?.length === 0 && (
        <a class="button" href="/">
          {words.toConcerts}
        </a>
      )}
      <ReservationCards reservations={told ?? []} kept={kept} />
      <More pages={pages} />
    </>
  );
}

function ReservationCards({ reservations, kept }: { reservations: readonly Reservation[]; kept: readonly Kept[] }) {
  const events = new Map(kept.map((each) => [each.reservation.id, each.event]));
  return (
    <ul class="cards reservation-cards">
      {reservations.map((reservation) => (
        <li key={reservation.id}>
          <ReservationCard reservation={reservation} event={events.get(reservation.id)} />
        </li>
      ))}
    </ul>
  );
}

function ReservationCard({ reservation, event }: { reservation: Reservation; event: EventFacts | undefined }) {
  const words = text();
  const cancelled = reservation.status === "cancelled";
  return (
    <a class={cancelled ? "card reservation cancelled" : "card reservation"} href={`/reservations/${reservation.id}`}>
      <Occasion performanceId={reservation.performance_id} concertId={reservation.concert_id} kept={event} />
      <p>
        <span class={cancelled ? "reservation-state" : "reservation-state good"}>
          {words.statuses[reservation.status] ?? reservation.status}
        </span>{" "}
        {words.count(reservation.tickets.length)} · {money(reservation.total_minor, reservation.currency)}
      </p>
    </a>
  );
}
