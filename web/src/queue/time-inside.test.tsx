import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { keepPlace, type Place, placeOf } from "~/queue/place";
import { TimeInside } from "~/queue/time-inside";
import { session } from "~/session/session";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const PLACE: Place = {
  fanId: "fan-1",
  token: "t",
  number: 7,
  epoch: 1,
  status: "admitted",
  called: true,
  admittedUntilMs: NOW + 75_000,
  aheadAtFirst: 0,
  ahead: 0,
  progress: 1,
  forecastsMs: [],
};

function signIn(id: string) {
  const user = { id, email: "fan@example.com", name: "Fan", role: "fan" as const, created_at: "2026-01-01T00:00:00Z" };
  session.value = { access: "a", refresh: "r", accessUntilMs: NOW * 2, user };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  chooseLanguage("en");
  signIn("fan-1");
  keepPlace("c1", PLACE);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("counts down, warns in the last minute, and says what to do when the time is over", () => {
  render(<TimeInside concertId="c1" />);

  expect(screen.getByRole("timer").textContent).toBe("1:15");
  expect(screen.getByRole("status").textContent).toBe("");

  act(() => void vi.advanceTimersByTime(20_000));

  expect(screen.getByRole("timer").textContent).toBe("0:55");
  expect(screen.getByRole("status").textContent).toContain("One minute");

  act(() => void vi.advanceTimersByTime(55_000));

  expect(screen.queryByRole("timer")).toBeNull();
  expect(screen.getByRole("link").getAttribute("href")).toBe("/concerts/c1/queue");
});

it("shows nobody else's place", () => {
  signIn("fan-2");

  expect(placeOf("c1")).toBeNull();
});

it("follows what another tab keeps", () => {
  localStorage.setItem("boxoffice.queue.c1", JSON.stringify({ ...PLACE, number: 8 }));
  dispatchEvent(new StorageEvent("storage", { key: "boxoffice.queue.c1" }));

  expect(placeOf("c1")?.number).toBe(8);
});
