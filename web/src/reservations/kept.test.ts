import { beforeEach, expect, it } from "vitest";
import { keep, keysFrom } from "~/kernel/storage";
import { keepReservation, keptReservation, keptReservations, type Reservation } from "~/reservations/kept";
import { forgetSession } from "~/session/session";
import { signIn } from "~/testing/visit";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const BEGINS = "2026-06-01T10:00:00Z";
const EVENT = { title: "Lamps", artist: "The Lanterns", startsAt: BEGINS, venue: "The Arena" };

function reservation(id: string, more: Partial<Reservation> = {}): Reservation {
  const made = { id, concert_id: "c1", performance_id: "p1", status: "confirmed", total_minor: 1, currency: "KRW" };
  return { ...made, created_at: "2026-05-01T09:00:00Z", cancelled_at: null, tickets: [], ...more };
}

const kept = (nowMs = NOW) => keptReservations(nowMs).map((each) => each.reservation.id);

beforeEach(() => {
  localStorage.clear();
  signIn("fan-1");
});

it("keeps tickets until a day after their performance has begun, and then nothing of them", () => {
  keepReservation(reservation("r1"), EVENT, NOW);
  const day = Date.parse(BEGINS) + 86_400_000;

  expect([kept(day - 1), keptReservation("r1", day - 1)?.event]).toEqual([["r1"], EVENT]);
  expect([kept(day), keysFrom("own.")]).toEqual([[], []]);
});

it("keeps none that are cancelled", () => {
  keepReservation(reservation("r1"), EVENT, NOW);
  keepReservation(reservation("r1", { status: "cancelled" }), EVENT, NOW);

  expect(keysFrom("own.")).toEqual([]);
});

it("forgets them when the fan signs out, and when somebody else signs in", async () => {
  keepReservation(reservation("r1"), EVENT, NOW);
  forgetSession();
  const signedOut = keysFrom("own.");
  signIn("fan-1");
  keepReservation(reservation("r1"), EVENT, NOW);
  const { beginSession, session } = await import("~/session/session");
  const user = { ...(session.value?.user as NonNullable<typeof session.value>["user"]), id: "fan-2" };
  beginSession({ access_token: "a", refresh_token: "r", expires_in_s: 60, user });

  expect([signedOut, keysFrom("own.")]).toEqual([[], []]);
});

it("keeps the twenty newest", () => {
  for (let at = 0; at < 22; at++)
    keepReservation(reservation(`r${at}`, { created_at: new Date(NOW + at).toISOString() }), EVENT, NOW);

  expect([kept().length, kept()[0], kept().at(-1)]).toEqual([20, "r21", "r2"]);
});

const TICKET = { id: "t1", section: "A", row: "7", label: "12", tier: "VIP", price_minor: 1, status: "valid" };
const WHOLE = { reservation: { ...reservation("r1"), tickets: [TICKET] }, event: EVENT, toldMs: NOW };

function without(part: "reservation" | "event" | "ticket", field: string, instead?: unknown) {
  const { reservation, event } = WHOLE;
  if (part === "event") return { ...WHOLE, event: { ...event, [field]: instead } };
  if (part === "reservation") return { ...WHOLE, reservation: { ...reservation, [field]: instead } };
  return { ...WHOLE, reservation: { ...reservation, tickets: [TICKET, { ...TICKET, [field]: instead }] } };
}

it("takes what is whole", () => {
  keep("own.tickets.r1", { fanId: "fan-1", value: WHOLE });

  expect([keptReservation("r1", NOW), kept()]).toEqual([WHOLE, ["r1"]]);
});

it.each([
  undefined,
  { event: EVENT },
  { ...WHOLE, event: null },
  { ...WHOLE, reservation: [] },
  ...[undefined, null, "yesterday", 1e300].map((toldMs) => ({ ...WHOLE, toldMs })),
  ...["title", "artist", "venue", "startsAt"].map((field) => without("event", field)),
  without("event", "startsAt", "in summer"),
  without("event", "title", {}),
  ...["id", "concert_id", "performance_id", "status", "created_at", "total_minor", "currency", "tickets"].map((field) =>
    without("reservation", field),
  ),
  without("reservation", "id", "r2"),
  without("reservation", "created_at", "yesterday"),
  without("reservation", "total_minor", "1"),
  without("reservation", "currency", "₩"),
  without("reservation", "tickets", [null]),
  without("reservation", "tickets", {}),
  ...["id", "section", "row", "label", "tier", "status", "price_minor"].map((field) => without("ticket", field)),
  without("ticket", "label", null),
  without("ticket", "id", "x".repeat(5_000)),
])("forgets what has another shape: %j", (value) => {
  keep("own.tickets.r1", { fanId: "fan-1", value });

  expect([keptReservation("r1", NOW), kept(), keysFrom("own.")]).toEqual([null, [], []]);
});

it.each([7, "x", [], { fanId: "fan-1" }])("forgets %j, which is nobody's", (found) => {
  keep("own.tickets.r1", found);

  expect([keptReservation("r1", NOW), kept(), keysFrom("own.")]).toEqual([null, [], []]);
});
