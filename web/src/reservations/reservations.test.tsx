import { cleanup, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { keysFrom } from "~/kernel/storage";
import { barsOf, ticketCode } from "~/reservations/code";
import { holds } from "~/reservations/find";
import { ReservationsPage } from "~/reservations/list";
import { ReservationPage } from "~/reservations/page";
import { each, Service } from "~/testing/service";
import { open, signIn } from "~/testing/visit";

const TICKET = {
  id: "ab-1",
  seat_no: 3,
  section: "A",
  row: "7",
  label: "12",
  tier: "VIP",
  price_minor: 165_000,
  status: "valid",
};
const CONFIRMED = {
  id: "r1",
  concert_id: "c1",
  performance_id: "p1",
  status: "confirmed",
  total_minor: 165_000,
  currency: "KRW",
  created_at: "2026-05-01T10:00:00Z",
  cancelled_at: null,
  tickets: [TICKET],
};
const CANCELLED = {
  ...CONFIRMED,
  status: "cancelled",
  cancelled_at: "2026-05-02T10:00:00Z",
  tickets: [{ ...TICKET, status: "cancelled" }],
};
const CONCERT = {
  ...{ id: "c1", title: "Lamps", artist: "The Lanterns" },
  performances: [{ id: "p1", starts_at: new Date(Date.now() + 86_400_000).toISOString(), venue: "The Arena" }],
};
const GET = "GET /api/v1/reservations/r1";
const CANCEL = "POST /api/v1/reservations/r1/cancellation";

async function press(name: RegExp) {
  fireEvent.click(await screen.findByRole("button", { name }));
}

beforeEach(() => {
  localStorage.clear();
  chooseLanguage("en");
  signIn();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("shows a code for each valid ticket", async () => {
  new Service({ [GET]: CONFIRMED });
  open(ReservationPage, "/reservations/:id", "/reservations/r1?new");

  expect(await screen.findByRole("img", { name: "QR code of the ticket for A, row 7, seat 12" })).toBeTruthy();
  expect(screen.getByText("The seats are yours")).toBeTruthy();
});

it("cancels once, after saying what comes back, and tells what came back", async () => {
  const service = new Service({
    [GET]: each(CONFIRMED, CANCELLED),
    [CANCEL]: { id: "x", reservation_id: "r1", amount_minor: 165_000, balance_minor: 200_000, currency: "KRW" },
  });
  open(ReservationPage, "/reservations/:id", "/reservations/r1");
  await press(/^Cancel this reservation/);
  await screen.findByText(/₩165,000 comes back to your wallet/);

  expect(service.of(CANCEL)).toEqual([]);

  await press(/^Cancel it/);
  await screen.findByText(/₩165,000 is back in your wallet; your balance is now ₩200,000/);

  expect(service.of(CANCEL).map((each) => each.key)).toEqual(["cancel-r1"]);
  await waitFor(() => expect(screen.queryByRole("img")).toBeNull());
});

it("takes a reservation that was cancelled before as it is", async () => {
  new Service({ [GET]: each(CONFIRMED, CANCELLED), [CANCEL]: [409, "already_cancelled"] });
  open(ReservationPage, "/reservations/:id", "/reservations/r1");
  await press(/^Cancel this reservation/);
  await press(/^Cancel it/);

  expect(await screen.findByText(/was cancelled before/)).toBeTruthy();
});

const CODE = "QR code of the ticket for A, row 7, seat 12";

async function looked() {
  new Service({ [GET]: CONFIRMED, "GET /api/v1/concerts/c1": CONCERT });
  open(ReservationPage, "/reservations/:id", "/reservations/r1");
  await screen.findByText(/kept on this device/);
}

it("shows the kept tickets where there is no network, says so, and offers nothing that needs one", async () => {
  await looked();
  new Service({ [GET]: "lost", "GET /api/v1/concerts/c1": "lost" });
  open(ReservationPage, "/reservations/:id", "/reservations/r1");
  await screen.findByText(/the tickets that this device keeps, as of/);

  expect(await screen.findByRole("img", { name: CODE })).toBeTruthy();
  expect(screen.getByText("Lamps")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Cancel/ })).toBeNull();
});

it("lists the kept tickets where there is no network", async () => {
  await looked();
  new Service({ "GET /api/v1/reservations": "lost" });
  open(ReservationsPage, "/reservations", "/reservations");
  await screen.findByText(/the tickets that this device keeps/);

  expect(screen.getByRole("link", { name: /Lamps/ }).getAttribute("href")).toBe("/reservations/r1");
});

it("shows the kept tickets to nobody else, and to nobody at all once the service has none", async () => {
  await looked();
  new Service({ [GET]: [404, "not_found"] });
  open(ReservationPage, "/reservations/:id", "/reservations/r1");
  await screen.findByText("There is no such reservation");

  await waitFor(() => expect(keysFrom("own.")).toEqual([]));

  await looked();
  signIn("fan-2");
  new Service({ [GET]: "lost" });
  open(ReservationPage, "/reservations/:id", "/reservations/r1");
  await screen.findByText(/There is no connection/);

  expect(screen.queryByRole("img")).toBeNull();
});

it("knows whose seats a reservation holds", () => {
  expect([holds(CONFIRMED, "p1", [3]), holds(CONFIRMED, "p2", [3]), holds(CANCELLED, "p1", [3])]).toEqual([
    true,
    false,
    false,
  ]);
  expect(holds(CONFIRMED, "p1", [3, 4])).toBe(false);
});

it("writes a ticket in characters that make a small code, and draws runs of squares as bars", () => {
  expect(ticketCode("01a2-f")).toBe("TICKET:01A2-F");
  expect(
    barsOf([
      [true, true, false],
      [false, false, true],
    ]),
  ).toBe("M0 0h2v1h-2zM2 1h1v1h-1z");
});
