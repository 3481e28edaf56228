import { answer, api, type Schemas } from "~/api/client";

type Reservation = Schemas["ReservationReply"];

const PAGES_MAX = 5;

/** Whether a reservation is what became of these seats: a seat that is sold has one owner. */
export function holds(reservation: Reservation, performanceId: string, seats: readonly number[]): boolean {
  if (reservation.performance_id !== performanceId || reservation.status !== "confirmed") return false;
  const owned = new Set(reservation.tickets.map((ticket) => ticket.seat_no));
  return owned.size === seats.length && seats.every((no) => owned.has(no));
}

/** The fan's reservation of these seats; null where it is not among the newest `PAGES_MAX` pages. */
export async function reservationOf(performanceId: string, seats: readonly number[]): Promise<Reservation | null> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { items, next } = await answer(
      api.GET("/api/v1/reservations", { params: { query: { limit: 100, ...(cursor && { cursor }) } } }),
    );
    const found = items.find((each) => holds(each, performanceId, seats));
    if (found || next === null) return found ?? null;
    cursor = next;
  }
  return null;
}
