import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answer, api } from "~/api/client";
import { isPassing } from "~/api/failures";
import { keysFrom } from "~/kernel/storage";
import { keepOwn, recallOwn } from "~/session/own";
import { beginSession, forgetSession, lapsed, session } from "~/session/session";
import { each, Service } from "~/testing/service";

const USER = { id: "fan-1", email: "fan@example.com", name: "Fan", role: "fan" as const, created_at: "" };
const FIRST = { access_token: "a1", refresh_token: "r1", expires_in_s: 900, user: USER };
const SECOND = { ...FIRST, access_token: "a2", refresh_token: "r2" };
const REFRESH = "POST /api/v1/sessions/refresh";
const WALLET = "GET /api/v1/wallet";
const page = (status: number) => new Response("<h1>Welcome</h1>", { status, headers: { "Content-Type": "text/html" } });

let service: Service;

beforeEach(() => {
  localStorage.clear();
  session.value = null;
  beginSession(FIRST);
  keepOwn("own.tickets.r1", "a ticket");
  service = new Service({ [WALLET]: each([401, "unauthorized"], { balance_minor: 5 }) });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const ask = () => answer(api.GET("/api/v1/wallet"));
const failure = () => ask().catch((error) => error);
const kept = () => keysFrom("own.");

it("exchanges the refresh token, and sends again what was refused", async () => {
  service.on(REFRESH, SECOND);

  expect(await ask()).toEqual({ balance_minor: 5 });
  expect(service.of(REFRESH).map((asked) => asked.body)).toEqual([{ refresh_token: "r1" }]);
  expect(session.value?.refresh).toBe("r2");
});

it("ends the session and forgets what was kept when the service refuses the refresh token", async () => {
  service.on(REFRESH, [401, "unauthorized"]);

  expect((await failure()).code).toBe("unauthorized");
  expect([session.value, kept()]).toEqual([null, []]);
});

it.each([
  ["a portal's 200", page(200)],
  ["a portal's 401", page(401)],
  ["a portal's 403", page(403)],
  ["a door's 404", page(404)],
  ["a door's 408", page(408)],
  ["a door's own JSON", Response.json({ code: "unauthorized" }, { status: 401 })],
  ["another refusal", [422, "invalid_request"] as const],
  ["a crowd", [429, "too_many_attempts"] as const],
  ["a failover", [503, "unavailable"] as const],
  ["nobody", "lost" as const],
])("stays signed in and lets the page try again when %s answers instead", async (_, found) => {
  service.on(REFRESH, found);

  expect(isPassing(await failure())).toBe(true);
  expect([session.value?.refresh, kept()]).toEqual(["r1", ["own.tickets.r1"]]);
});

it("goes on with a token that is still good where a new one cannot be had yet", async () => {
  beginSession({ ...FIRST, expires_in_s: 20 });
  service.on(REFRESH, page(403));
  service.on(WALLET, { balance_minor: 5 });

  expect(await ask()).toEqual({ balance_minor: 5 });
});

it("stays signed out when the answer comes after that", async () => {
  service.on(WALLET, [401, "unauthorized"]);
  service.on(REFRESH, () => {
    forgetSession();
    return SECOND;
  });
  await failure();

  expect(service.of(REFRESH).length).toBe(1);
  expect(session.value).toBeNull();
});

async function loseAnAnswer(): Promise<void> {
  service.on(WALLET, [401, "unauthorized"]);
  service.on(REFRESH, each("lost", [401, "unauthorized"]));
  await failure();
  await failure();
}

it("keeps what it keeps for a fan whose session ends by an answer that was lost", async () => {
  keepOwn("hold.h1", "a hold");
  await loseAnAnswer();

  expect([session.value, lapsed.value]).toEqual([null, "fan-1"]);
  expect([recallOwn("own.tickets.r1"), recallOwn("hold.h1")]).toEqual(["a ticket", null]);

  beginSession(SECOND);

  expect([lapsed.value, recallOwn("own.tickets.r1")]).toEqual([null, "a ticket"]);
});

it("forgets it as soon as that fan signs out, or another one signs in", async () => {
  await loseAnAnswer();
  beginSession({ ...SECOND, user: { ...USER, id: "fan-2" } });

  expect([lapsed.value, kept()]).toEqual([null, []]);

  forgetSession();
  beginSession(FIRST);
  keepOwn("own.tickets.r1", "a ticket");
  await loseAnAnswer();
  beginSession(SECOND);
  forgetSession();

  expect([lapsed.value, kept()]).toEqual([null, []]);
});

it("takes a refusal for what it is once a lost answer was made good", async () => {
  service.on(WALLET, [401, "unauthorized"]);
  service.on(REFRESH, each("lost", SECOND, [401, "unauthorized"]));
  await failure();
  await failure();
  await failure();

  expect([service.of(REFRESH).length, session.value, lapsed.value, kept()]).toEqual([3, null, null, []]);
});
