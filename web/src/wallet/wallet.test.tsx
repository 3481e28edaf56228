import { cleanup, fireEvent, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { each, Service } from "~/testing/service";
import { open, signIn } from "~/testing/visit";
import { parseAmount, typedAmount } from "~/wallet/amount";
import { WalletPage } from "~/wallet/page";

const CHARGE = "POST /api/v1/wallet/charges";
const ENTRIES = "GET /api/v1/wallet/entries";
const DONE = { id: "t1", amount_minor: 50_000, balance_minor: 60_000, currency: "KRW" };
const QUIET = {
  "GET /api/v1/wallet": { balance_minor: 10_000, currency: "KRW" },
  [ENTRIES]: { items: [], next: null },
};

function visit() {
  open(WalletPage, "/wallet", "/wallet");
}

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

it("reads amounts as people type them", () => {
  const typed = ["50,000", " ₩50 000", "5만", "", "0", "-5", "1.5", "9999999999999"];

  expect(typed.map((each) => Object.values(parseAmount(each, "KRW"))[0])).toEqual([
    50_000,
    50_000,
    "unreadable",
    "missing",
    "tooSmall",
    "tooSmall",
    "unreadable",
    "tooLarge",
  ]);
  expect(parseAmount("12.5", "USD")).toEqual({ minor: 1_250 });
  expect([typedAmount(1_250, "USD"), typedAmount(1_200, "USD"), typedAmount(50, "KRW")]).toEqual(["12.50", "12", "50"]);
});

it("sends one key until there is an answer, also after a reload, and another one for the next top-up", async () => {
  const before = new Service({ ...QUIET, [CHARGE]: "lost" });
  visit();
  await press(/^₩50,000/);
  await press(/^Top up ₩50,000/);
  await screen.findByText(/never charged twice/);
  const after = new Service({ ...QUIET, [CHARGE]: DONE });
  visit();
  await screen.findByText(/is in your wallet/);
  await press(/^₩50,000/);
  await press(/^Top up ₩50,000/);
  await waitFor(() => expect(after.of(CHARGE)).toHaveLength(2));
  const [first] = before.of(CHARGE);
  const [second, third] = after.of(CHARGE);

  expect(second).toEqual(first);
  expect(third?.key).not.toBe(first?.key);
});

it("sends nothing for an amount that cannot be", async () => {
  const service = new Service(QUIET);
  visit();
  fireEvent.input(await screen.findByLabelText("Amount"), { target: { value: "-5" } });
  await press(/^Top up/);

  expect((await screen.findByLabelText("Amount")).getAttribute("aria-invalid")).toBe("true");
  expect(service.of(CHARGE)).toEqual([]);
});

it("shows the history page by page, with signs", async () => {
  const entry = (id: string, kind: string, amount_minor: number) => ({
    id,
    kind,
    amount_minor,
    created_at: "2026-05-01T10:00:00Z",
  });
  new Service({
    ...QUIET,
    [ENTRIES]: each(
      { items: [entry("1", "payment", -165_000)], next: "1" },
      { items: [entry("2", "refund", 165_000)], next: null },
    ),
  });
  visit();
  await screen.findByText("\u2212₩165,000");
  await press(/^Show more/);
  await screen.findByText("+₩165,000");

  expect(screen.queryByRole("button", { name: /^Show more/ })).toBeNull();
  expect(screen.getAllByText(/^(Payment|Refund)$/).map((each) => each.textContent)).toEqual(["Payment", "Refund"]);
});
