import { cleanup, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { keysFrom } from "~/kernel/storage";
import { shellReady } from "~/offline/shell";
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
  shellReady.value = false;
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
  await waitFor(() => expect(keysFrom("own.")).toEqual(["own.tickets.r1"]));
}

it("says that the page opens without a connection only where it does", async () => {
  await looked();
  await screen.findByText("Lamps");

  expect(screen.queryByText(/kept on this device/)).toBeNull();

  shellReady.value = true;

  expect(await screen.findByText(/kept on this device/)).toBeTruthy();
});

it("shows the kept tickets where there is no network, says so, and offers nothing that needs one", async () => {
  await looked();
  new Service({ [GET]: "lost", "GET /api/v1/concerts/c1": "lost" });
  open(ReservationPage, "/reservations/:id", "/reservations/r1");
  await screen.findByText(/There is no connection. You see the tickets that this device keeps, as of/);

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

const LIST = "GET /api/v1/reservations";

it("forgets what the list tells to be cancelled", async () => {
  await looked();
  new Service({ [LIST]: { items: [CANCELLED], next: null } });
  open(ReservationsPage, "/reservations", "/reservations");

  await waitFor(() => expect(keysFrom("own.")).toEqual([]));
});

it.each([
  [[403, "forbidden"], 1],
  [[404, "unknown"], 1],
  [[500, "internal_error"], 1],
  [[503, "unavailable"], 0],
  [() => new Response("<h1>Hotel</h1>", { headers: { "Content-Type": "text/html" } }), 1],
] as const)(
  "shows and lists the kept tickets where the answer is %o, and says nothing of a connection",
  async (answer, again) => {
    for (const [page, path] of [
      [ReservationPage, "/reservations/r1"],
      [ReservationsPage, "/reservations"],
    ] as const) {
      await looked();
      if (typeof answer === "function") vi.stubGlobal("fetch", async () => answer());
      else new Service({ [LIST]: answer, [GET]: answer, "GET /api/v1/concerts/c1": answer });
      open(page, page === ReservationPage ? "/reservations/:id" : path, path);
      await screen.findByText(/The service does not answer as it should. You see the tickets that this device keeps/);

      expect(screen.getByText("Lamps")).toBeTruthy();
      expect(screen.queryByText(/no connection/)).toBeNull();
      expect(screen.queryAllByRole("button", { name: "Try again" })).toHaveLength(again);
    }
  },
);

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
