import { cleanup, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { nowMs } from "~/kernel/clock";
import { keepReservation } from "~/reservations/kept";
import { ReservationsPage } from "~/reservations/list";
import { ReservationPage } from "~/reservations/page";
import { lapsed, session } from "~/session/session";
import { Service } from "~/testing/service";
import { open, signIn } from "~/testing/visit";

const TICKET = { id: "ab-1", seat_no: 3, section: "A", row: "7", label: "12", tier: "VIP", price_minor: 165_000 };
const CONFIRMED = {
  ...{ id: "r1", concert_id: "c1", performance_id: "p1", status: "confirmed", total_minor: 165_000, currency: "KRW" },
  ...{ created_at: "2026-05-01T10:00:00Z", cancelled_at: null, tickets: [{ ...TICKET, status: "valid" }] },
};
const UNAUTHORIZED = [401, "unauthorized"] as const;

beforeEach(() => {
  localStorage.clear();
  chooseLanguage("en");
  signIn();
  const startsAt = new Date(nowMs() + 86_400_000).toISOString();
  keepReservation(CONFIRMED, { title: "Lamps", artist: "The Lanterns", startsAt, venue: "The Arena" }, nowMs());
  lapsed.value = "fan-1";
  session.value = null;
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  lapsed.value = null;
});

it.each([UNAUTHORIZED, "lost" as const])(
  "shows the code, and the way to sign in again, where the answer is %o",
  async (found) => {
    const service = new Service({ "GET /api/v1/reservations/r1": found });
    open(ReservationPage, "/reservations/:id", "/reservations/r1");
    await waitFor(() => expect(service.of("GET /api/v1/reservations/r1").length).toBe(1));

    expect(await screen.findByRole("img", { name: /^QR code/ })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Sign in again" }).getAttribute("href")).toBe(
      "/sign-in?next=%2Freservations%2Fr1",
    );
    expect(screen.queryByText(/There is no connection/)).toBeNull();
  },
);

it("lists what is kept", async () => {
  const service = new Service({ "GET /api/v1/reservations": UNAUTHORIZED });
  open(ReservationsPage, "/reservations", "/reservations");
  await waitFor(() => expect(service.asked.length).toBeGreaterThan(0));

  expect(await screen.findByRole("link", { name: "Sign in again" })).toBeTruthy();
  expect(screen.getByText("Lamps")).toBeTruthy();
});

it("has everybody sign in for what is not kept here", async () => {
  new Service({});
  open(ReservationPage, "/reservations/:id", "/reservations/r2");

  expect(await screen.findByText("elsewhere")).toBeTruthy();
  expect(location.pathname).toBe("/sign-in");
});
