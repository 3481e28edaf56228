import { act, cleanup, render, screen } from "@testing-library/preact";
import type { ComponentType } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Concerts } from "~/concerts/list";
import { countdown } from "~/concerts/opening";
import { ConcertPage, wayIn } from "~/concerts/page";
import { chooseLanguage } from "~/i18n/language";
import { keepPlace, type Place, placeOf } from "~/queue/place";
import { keepReservation, type Reservation } from "~/reservations/kept";
import { session } from "~/session/session";
import { Service } from "~/testing/service";
import { signIn } from "~/testing/visit";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const CONCERT = {
  ...{ id: "c1", title: "Lamps", artist: "The Lanterns", description: "A night.", currency: "KRW" },
  sale_opens_at: "2026-05-03T12:00:05Z",
  performances: [
    {
      ...{ id: "p1", starts_at: "2026-06-01T10:00:00Z", venue: "The Arena", seats_per_fan: 2 },
      tiers: [{ name: "VIP", color: "#123456", price_minor: 165_000 }],
    },
  ],
};
const QUEUE = {
  ...{ concert_id: "c1", phase: "open", serving: 0, calling: 0, last: 0, waiting: 1_200, admitted: 10, limit: 10 },
  ...{ rate_per_s: 1, epoch: 1, as_of_ms: NOW },
  poll: { near_ms: 1_000, far_ms: 15_000, per_position_ms: 1, jitter: 0.2 },
};

let service: Service;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  chooseLanguage("en");
  session.value = null;
  localStorage.clear();
  keepPlace("c1", null);
  service = new Service();
  service.on("GET /api/v1/concerts/c1", CONCERT);
  service.on("GET /api/v1/concerts/c1/queue", QUEUE);
  service.on("GET /api/v1/performances/p1/availability", { free: 1_005, total: 5_000 });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

async function open(Shown: ComponentType) {
  render(
    <LocationProvider>
      <Shown />
    </LocationProvider>,
  );
  await pass(1);
  await pass(1);
}

const Page = () => <ConcertPage id="c1" />;

it("shows what is sold, how many wait, and the way in by a sign-in", async () => {
  await open(Page);

  for (const shown of ["1,200 waiting now", "1,005 of 5,000 seats free", "The Arena", "₩165,000"])
    expect(screen.getByText(shown)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Join the queue" }).getAttribute("href")).toBe(
    "/sign-in?next=%2Fconcerts%2Fc1%2Fqueue",
  );
});

it("counts down to the opening, and shows the open sale by itself", async () => {
  service.on("GET /api/v1/concerts/c1/queue", { ...QUEUE, phase: "scheduled", waiting: 0 });
  await open(Page);

  expect(screen.getByRole("timer").textContent).toBe("2 days 2:00:05");

  service.on("GET /api/v1/concerts/c1/queue", QUEUE);
  await pass(18_500);
  await pass(1);

  expect(screen.getByText("On sale now")).toBeTruthy();
  expect(screen.queryByRole("timer")).toBeNull();
});

it("offers no way into a closed sale", async () => {
  service.on("GET /api/v1/concerts/c1/queue", { ...QUEUE, phase: "closed" });
  await open(Page);

  expect(screen.queryByRole("link", { name: "Join the queue" })).toBeNull();
});

it("says that there is no such concert, with a way to the list and nothing about whose it is", async () => {
  service.on("GET /api/v1/concerts/c1", [404, "not_found"]);
  await open(Page);

  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("This concert does not exist");
  expect(screen.getByRole("link", { name: "All concerts" }).getAttribute("href")).toBe("/");
  expect(screen.queryByText(/yours/)).toBeNull();
  expect(screen.queryByRole("button")).toBeNull();
});

it("offers to try again while the service is away", async () => {
  service.on("GET /api/v1/concerts/c1", [503, "unavailable"]);
  await open(Page);
  service.on("GET /api/v1/concerts/c1", CONCERT);
  act(() => screen.getByRole("button").click());
  await pass(1);

  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Lamps");
});

it.each([
  [{ phase: "open", waiting: 0, admitted: 3 }, null, "toSeats"],
  [{ phase: "open", waiting: 0, admitted: 10 }, null, "join"],
  [{ phase: "open", waiting: 7, admitted: 3 }, "expired", "join"],
  [{ phase: "paused", waiting: 0, admitted: 0 }, null, "join"],
  [{ phase: "scheduled", waiting: 0, admitted: 0 }, null, "wait"],
  [{ phase: "paused", waiting: 9, admitted: 0 }, "waiting", "toPlace"],
  [{ phase: "paused", waiting: 0, admitted: 3 }, "admitted", "toSeats"],
  [{ phase: "open", waiting: 0, admitted: 3 }, "left", "join"],
  [{ phase: "open", waiting: 0, admitted: 3 }, "expired", "join"],
] as const)("promises what the queue holds: %o for %s is %s", (seen, status, promised) => {
  expect(wayIn({ limit: 10, ...seen }, status)).toBe(promised);
});

const INSIDE: Place = {
  ...{ fanId: "fan-1", token: "t1", number: 7, epoch: 1, status: "admitted", called: true, aheadAtFirst: 1, ahead: 0 },
  ...{ admittedUntilMs: NOW + 600_000, progress: 1, forecastsMs: [] },
};
const CURRENT = "GET /api/v1/concerts/c1/queue/tokens/current";
const ticket = (seat_no: number) => ({
  ...{ id: `t${seat_no}`, seat_no, section: "A", row: "7", label: `${seat_no}`, tier: "VIP" },
  ...{ price_minor: 1, status: "valid" },
});
const BOUGHT = {
  ...{ id: "r1", concert_id: "c1", performance_id: "p1", status: "confirmed", total_minor: 1, currency: "KRW" },
  ...{ created_at: "2026-05-01T09:00:00Z", cancelled_at: null, tickets: [ticket(1), ticket(2)] },
} satisfies Reservation;
const EVENT = { title: "Lamps", artist: "The Lanterns", startsAt: "2026-06-01T10:00:00Z", venue: "The Arena" };

it("leads to the seats who is inside, and not any more once a purchase has ended that", async () => {
  signIn();
  keepPlace("c1", INSIDE);
  service.on(CURRENT, { status: "admitted", admitted_until: new Date(NOW + 600_000).toISOString() });
  await open(Page);

  expect(screen.getByRole("link", { name: "Go to the seats" })).toBeTruthy();

  cleanup();
  service.on(CURRENT, { status: "left", admitted_until: null });
  await open(Page);
  await pass(1);

  expect(screen.queryByRole("link", { name: "Go to the seats" })).toBeNull();
  expect(placeOf("c1")?.status).toBe("left");
});

it("shows who has bought all that one person may have to the tickets, as long as that is so", async () => {
  signIn();
  keepReservation(BOUGHT, EVENT, NOW);
  service.on("GET /api/v1/reservations/r1", BOUGHT);
  await open(Page);
  await pass(1);

  expect(screen.getByText(/You have 2 tickets for this date, as many as/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "See my tickets" }).getAttribute("href")).toBe("/reservations");
  expect(screen.getByRole("link", { name: /^See my tickets .*2026/ }).getAttribute("href")).toBe("/reservations");
  expect(screen.queryByRole("link", { name: /^See the seats/ })).toBeNull();
  expect(screen.queryByRole("link", { name: "Join the queue" })).toBeNull();
  expect(service.of("GET /api/v1/reservations/r1")).toHaveLength(1);

  cleanup();
  service.on("GET /api/v1/reservations/r1", { ...BOUGHT, status: "cancelled" });
  await open(Page);
  await pass(1);

  expect(screen.getByRole("link", { name: "Join the queue" })).toBeTruthy();
  expect(screen.getByRole("link", { name: /^See the seats/ })).toBeTruthy();
  expect(screen.queryByText(/You have 2 tickets/)).toBeNull();
});

it("leads from the list to kept tickets where the service is away, and only then", async () => {
  signIn();
  service.on("GET /api/v1/concerts", "lost");
  await open(Concerts);

  expect(screen.queryByRole("link", { name: "See my tickets" })).toBeNull();

  cleanup();
  keepReservation(BOUGHT, EVENT, NOW);
  await open(Concerts);

  expect(screen.getByRole("link", { name: "See my tickets" }).getAttribute("href")).toBe("/reservations");

  service.on("GET /api/v1/concerts", { items: [CONCERT], next: null });
  await pass(60_000);

  expect(screen.getByText("from ₩165,000")).toBeTruthy();
  expect(screen.queryByRole("link", { name: "See my tickets" })).toBeNull();
});

it("writes long waits in days", () => {
  expect([countdown(86_400 + 61), countdown(61)]).toEqual(["1 day 1:01", "1:01"]);
});

it("lists the concerts page by page", async () => {
  service.on("GET /api/v1/concerts", { items: [CONCERT], next: "2" });
  await open(Concerts);

  expect(screen.getByText("from ₩165,000")).toBeTruthy();

  service.on("GET /api/v1/concerts", { items: [{ ...CONCERT, id: "c2", title: "Chairs" }], next: null });
  act(() => screen.getByRole("button", { name: "Show more" }).click());
  await pass(1);

  expect(screen.getAllByRole("heading", { level: 2 }).map((each) => each.textContent)).toEqual(["Lamps", "Chairs"]);
  expect(screen.queryByRole("button")).toBeNull();
});
