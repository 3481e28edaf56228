import { act, cleanup, render, screen } from "@testing-library/preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { QueuePage } from "~/queue/page";
import { keepPlace, placeOf } from "~/queue/place";
import { session } from "~/session/session";
import { Service } from "~/testing/service";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const LINE = "/api/v1/concerts/c1/queue";
const JOIN = `POST ${LINE}/tokens`;
const LOOK = `GET ${LINE}`;
const CURRENT = `GET ${LINE}/tokens/current`;
const TIERS = [{ name: "VIP", color: "#123456", price_minor: 165_000 }];
const CONCERT = {
  ...{ id: "c1", title: "Lamps", artist: "The Lanterns", description: "", currency: "KRW", sale_opens_at: null },
  performances: [{ id: "p1", starts_at: "2026-06-01T10:00:00Z", venue: "The Arena", tiers: TIERS }],
};
const QUEUE = {
  ...{ concert_id: "c1", phase: "open", serving: 100, calling: 120, last: 200, waiting: 100, admitted: 10, limit: 10 },
  ...{ rate_per_s: 1, epoch: 1, as_of_ms: NOW },
  poll: { near_ms: 1_000, far_ms: 15_000, per_position_ms: 1, jitter: 0.2 },
};
const WAITING = { status: "waiting", number: 150, position: 50, eta_s: 50, poll_after_ms: 1_030 };

let service: Service;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  chooseLanguage("en");
  keepPlace("c1", null);
  const user = { id: "fan-1", email: "f@example.com", name: "Fan", role: "fan" as const, created_at: "" };
  session.value = { access: "a", refresh: "r", accessUntilMs: NOW * 2, user };
  service = new Service();
  service.on("GET /api/v1/concerts/c1", CONCERT);
  service.on("GET /api/v1/performances/p1/availability", { free: 5, total: 50 });
  service.on(JOIN, { ...WAITING, token: "t1", epoch: 1 });
  service.on(LOOK, QUEUE);
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
const heading = () => screen.getByRole("heading", { level: 1 }).textContent;
const figures = () => screen.getAllByRole("definition").map((each) => each.textContent);
const count = (what: string) => service.of(what).length;

async function open() {
  const page = render(
    <LocationProvider>
      <QueuePage id="c1" />
    </LocationProvider>,
  );
  await pass(1);
  await pass(1);
  return page;
}

it("joins, waits as the service says, and says when it is the fan's turn", async () => {
  await open();

  expect(heading()).toBe("You are in the queue");
  expect(figures()).toEqual(["150", "49", "less than a minute"]);
  expect(document.title).toBe("49 ahead · Boxoffice");

  service.on(LOOK, { ...QUEUE, serving: 140, calling: 150 });
  service.on(CURRENT, { ...WAITING, position: 10, eta_s: 10, admitted_until: null, poll_after_ms: 2_000 });
  await pass(1_300);
  await pass(1);

  expect(heading()).toBe("You are among the next");
  expect([count(JOIN), count(CURRENT)]).toEqual([1, 1]);
  expect(service.headers.get(CURRENT)?.get("X-Queue-Token")).toBe("t1");
  expect(service.headers.get(LOOK)?.has("Authorization")).toBe(false);

  const until = new Date(NOW + 300_000).toISOString();
  service.on(CURRENT, { ...WAITING, status: "admitted", position: 0, eta_s: 0, admitted_until: until });
  await pass(2_000);
  await pass(1);

  expect(document.activeElement?.textContent).toBe("It is your turn");
  expect(document.title).toContain("your turn");
  expect(screen.getAllByRole("status")[0]?.textContent).toContain("It is your turn");
  expect(screen.getByRole("timer").textContent).toMatch(/^4:5\d$/);
  expect(screen.getByRole("link", { name: /Choose seats/ }).getAttribute("href")).toBe(
    "/performances/p1/seats?concert=c1",
  );

  const asked = service.asked.filter(({ what }) => what.includes("/queue")).length;
  await pass(120_000);

  expect(service.asked.filter(({ what }) => what.includes("/queue")).length).toBe(asked);
});

it("shows the place at once after a reload, and does not join again", async () => {
  const first = await open();
  service.on(LOOK, { ...QUEUE, serving: 125 });
  await pass(1_300);
  const progress = screen.getByRole("progressbar").getAttribute("value");
  first.unmount();
  service.on(LOOK, "lost");
  await open();

  expect(figures().slice(0, 2)).toEqual(["150", "24"]);
  expect(screen.getByRole("progressbar").getAttribute("value")).toBe(progress);
  expect(count(JOIN)).toBe(1);
});

it("says calmly that the network is away, keeps the place, and goes on by itself", async () => {
  await open();
  service.on(LOOK, "lost");
  await pass(1_300);

  expect(screen.getAllByRole("status")[0]?.textContent).toContain("Your place is kept");
  expect(screen.queryByRole("alert")).toBeNull();
  expect(figures()[0]).toBe("150");

  service.on(LOOK, { ...QUEUE, serving: 130 });
  act(() => void dispatchEvent(new Event("online")));
  await pass(1_001);

  expect(screen.getAllByRole("status")[0]?.textContent).not.toContain("connection");
  expect(figures()[1]).toBe("19");
});

it("asks before it gives a place up, then offers a new number", async () => {
  service.on(`DELETE ${LINE}/tokens/current`, null);
  await open();
  act(() => screen.getByRole("button", { name: "Leave the queue" }).click());

  expect(document.activeElement?.textContent).toBe("Stay in the queue");

  act(() => screen.getByRole("button", { name: /give it up/ }).click());
  await pass(1);
  await pass(1);

  expect(heading()).toBe("You are no longer in the queue");
  expect(placeOf("c1")?.status).toBe("left");

  service.on(JOIN, { ...WAITING, number: 201, token: "t2", epoch: 1 });
  service.on(LOOK, { ...QUEUE, last: 201 });
  act(() => screen.getByRole("button", { name: "Join again" }).click());
  await pass(1);
  await pass(1);

  expect(service.headers.get(JOIN)?.has("X-Queue-Token")).toBe(false);
  expect(figures()[0]).toBe("201");
});

it("gets a number by itself when a sale opens that had not", async () => {
  service.on(JOIN, [409, "sale_closed"]);
  service.on(LOOK, { ...QUEUE, phase: "scheduled" });
  await open();

  expect(heading()).toBe("The sale has not opened yet");

  service.on(JOIN, { ...WAITING, token: "t1", epoch: 1 });
  service.on(LOOK, QUEUE);
  await pass(18_000);
  await pass(1);

  expect(heading()).toBe("You are in the queue");
});

it("tells in Korean, too, that everything is taken", async () => {
  chooseLanguage("ko");
  service.on("GET /api/v1/performances/p1/availability", { free: 0, total: 50 });
  await open();
  await pass(1);

  expect(heading()).toBe("순서를 기다리고 있습니다");
  expect(screen.getByText(/지금은 남은 좌석이 없습니다/)).toBeTruthy();
});

it("leads from the queue of a concert that does not exist to the list", async () => {
  service.on("GET /api/v1/concerts/c1", [404, "not_found"]);
  service.on(JOIN, [404, "not_found"]);
  await open();

  expect(heading()).toBe("This concert does not exist");
  expect(screen.getByRole("link", { name: "All concerts" }).getAttribute("href")).toBe("/");
});
