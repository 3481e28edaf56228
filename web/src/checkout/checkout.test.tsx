import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepHold } from "~/checkout/hold";
import { CheckoutPage } from "~/checkout/page";
import { chooseLanguage } from "~/i18n/language";
import { recall } from "~/kernel/storage";
import { each, Service } from "~/testing/service";
import { open, signIn } from "~/testing/visit";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const HOLD = {
  id: "h1",
  performance_id: "p1",
  seats: [3],
  total_minor: 165_000,
  currency: "KRW",
  expires_at: "2026-05-01T10:02:00Z",
  receipt: "proof",
};
const SEAT = { no: 3, section: "A", row: "1", label: "4", tier: "VIP", x: 0, y: 0 };
const RESERVATION = {
  id: "r1",
  performance_id: "p1",
  status: "confirmed",
  tickets: [{ seat_no: 3 }],
};
const PAID = { payment: {}, reservation: RESERVATION };
const QUIET = {
  "GET /api/v1/holds/h1": HOLD,
  "GET /api/v1/wallet": { balance_minor: 200_000, currency: "KRW" },
  "GET /api/v1/performances/p1/seats": { seats: [SEAT], tiers: [{ name: "VIP", color: "", price_minor: 165_000 }] },
  "GET /api/v1/concerts": {
    items: [{ id: "c1", title: "Evening", performances: [{ id: "p1", starts_at: "2026-06-01T10:00:00Z" }] }],
    next: null,
  },
};
const PAY = "POST /api/v1/payments";

function visit() {
  open(CheckoutPage, "/checkout/:hold", "/checkout/h1");
}

async function press(name: RegExp) {
  fireEvent.click(await screen.findByRole("button", { name }));
}

async function passes(ms: number) {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, shouldAdvanceTime: true });
  localStorage.clear();
  chooseLanguage("en");
  signIn();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("pays once for a double click, with the hold's key and receipt, and goes to the tickets", async () => {
  const service = new Service({ ...QUIET, [PAY]: PAID });
  visit();
  const pay = await screen.findByRole("button", { name: /^Pay ₩165,000/ });
  fireEvent.click(pay);
  fireEvent.click(pay);

  await waitFor(() => expect(location.pathname).toBe("/reservations/r1"));

  expect(service.of(PAY)).toEqual([{ what: PAY, key: "pay-h1", body: { hold_id: "h1", receipt: "proof" } }]);
  expect(recall("hold.h1")).toBeNull();
  expect(recall("intent.fan-1.pay-h1")).toBeNull();
});

it("asks again with the same key when the answer was lost, and says so", async () => {
  const service = new Service({ ...QUIET, [PAY]: each("lost", [503, "unavailable"], PAID) });
  visit();
  await press(/^Pay/);
  await screen.findByText(/never charged twice/);
  await passes(5_000);

  await waitFor(() => expect(location.pathname).toBe("/reservations/r1"));

  expect(service.of(PAY).map((each) => each.key)).toEqual(["pay-h1", "pay-h1", "pay-h1"]);
});

it("goes on by itself after a reload in the middle, even where the hold is gone from the store", async () => {
  new Service({ ...QUIET, [PAY]: "lost" });
  visit();
  await press(/^Pay/);
  await screen.findByText(/do not know yet/);
  const service = new Service({ ...QUIET, "GET /api/v1/holds/h1": [404, "not_found"], [PAY]: PAID });
  visit();

  await waitFor(() => expect(location.pathname).toBe("/reservations/r1"));

  expect(service.of(PAY)).toEqual([{ what: PAY, key: "pay-h1", body: { hold_id: "h1", receipt: "proof" } }]);
});

it("shows nobody the seats of the fan who used this browser before", async () => {
  new Service({ ...QUIET, "GET /api/v1/holds/h1": [404, "not_found"] });
  keepHold(HOLD);
  signIn("fan-2");
  visit();
  await screen.findByText(/not held for you any more/);

  expect(screen.queryByRole("button", { name: /^Pay/ })).toBeNull();

  signIn();
  visit();
  await screen.findByRole("button", { name: /^Pay/ });
});

it("tops up what is missing on the spot, and then pays", async () => {
  const low = { balance_minor: 100_000, currency: "KRW" };
  const full = { balance_minor: 165_000, currency: "KRW" };
  const service = new Service({
    ...QUIET,
    "GET /api/v1/wallet": each(QUIET["GET /api/v1/wallet"], low, full),
    "POST /api/v1/wallet/charges": { id: "t1", amount_minor: 65_000, balance_minor: 165_000, currency: "KRW" },
    [PAY]: each([402, "insufficient_balance", { missing_minor: 65_000 }], PAID),
  });
  visit();
  await press(/^Pay/);
  await press(/^Top up ₩65,000/);
  await screen.findByText(/is in your wallet/);
  await press(/^Pay/);

  await waitFor(() => expect(location.pathname).toBe("/reservations/r1"));

  expect(service.of("POST /api/v1/wallet/charges")[0]?.body).toEqual({ amount_minor: 65_000 });
});

it.each([
  ["hold_expired", "Choose seats again", "/performances/p1/seats?concert=c1"],
  ["seat_taken", "Choose seats again", "/performances/p1/seats?concert=c1"],
  ["already_paid", "See my tickets", "/reservations/r1"],
])("after %s shows the way on", async (code, name, href) => {
  new Service({ ...QUIET, [PAY]: [409, code], "GET /api/v1/reservations": { items: [RESERVATION], next: null } });
  visit();
  await press(/^Pay/);

  expect((await screen.findByRole("link", { name })).getAttribute("href")).toBe(href);
});

it("pays by the kept receipt where the store has lost the hold", async () => {
  keepHold(HOLD);
  const service = new Service({ ...QUIET, "GET /api/v1/holds/h1": [404, "not_found"], [PAY]: PAID });
  visit();
  await press(/^Pay/);

  await waitFor(() => expect(service.of(PAY)[0]?.body).toEqual({ hold_id: "h1", receipt: "proof" }));
});

it("gives the seats back after asking", async () => {
  const service = new Service({ ...QUIET, "DELETE /api/v1/holds/h1": {} });
  visit();
  await press(/^Give the seats back/);

  expect(service.of("DELETE /api/v1/holds/h1")).toEqual([]);

  await press(/^Give them back/);

  await waitFor(() => expect(location.pathname).toBe("/performances/p1/seats"));

  expect(recall("hold.h1")).toBeNull();
});

it("asks for each thing once", async () => {
  const service = new Service(QUIET);
  visit();
  await screen.findByText("Evening");
  await screen.findByRole("button", { name: /^Pay/ });
  await passes(2_000);

  const asked = service.asked.map(({ what }) => what);
  expect(asked).toEqual([...new Set(asked)]);
});
