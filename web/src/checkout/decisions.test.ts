import { describe, expect, it } from "vitest";
import { Lost, Refusal } from "~/api/failures";
import { announced } from "~/checkout/countdown";
import { dropOldHolds, foundHold, type Hold, keepHold, keptHold } from "~/checkout/hold";
import { outcome } from "~/checkout/paying";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const HOLD: Hold = {
  id: "h1",
  performance_id: "p1",
  seats: [3, 4],
  total_minor: 330_000,
  currency: "KRW",
  expires_at: "2026-05-01T10:02:00Z",
  receipt: "r",
};
const KNOWN = { totalMinor: 330_000, balanceMinor: 100_000, untilMs: NOW + 1 };

function refused(status: number, code: string, members = {}) {
  return { kind: "refused", error: new Refusal(status, code, null, members) } as const;
}

describe("the hold", () => {
  const gone = { error: new Refusal(404, "not_found", null, {}) };

  it("is as the service tells it", () => {
    expect(foundHold(HOLD, null, NOW)).toEqual({ kind: "live", hold: HOLD });
  });

  it.each([gone, { error: new Refusal(503, "unavailable", 1, {}) }, { error: new Lost() }])(
    "is the kept one where the service has lost it or does not answer",
    (answered) => {
      expect(foundHold(answered, HOLD, NOW)).toEqual({ kind: "live", hold: HOLD });
    },
  );

  it("is gone with its deadline, or where nothing was kept", () => {
    expect(foundHold(gone, HOLD, NOW + 120_000)).toEqual({ kind: "gone", kept: HOLD });
    expect(foundHold(gone, null, NOW)).toEqual({ kind: "gone", kept: null });
  });
});

it("lets go of a hold a day after its deadline", () => {
  keepHold(HOLD);
  dropOldHolds(NOW + 86_400_000);

  expect(keptHold("h1")).toEqual(HOLD);

  dropOldHolds(NOW + 86_400_000 + 120_001);

  expect(keptHold("h1")).toBeNull();
});

describe("the outcome", () => {
  it("says what the wallet lacks before it is asked", () => {
    expect(outcome({ kind: "idle" }, KNOWN, NOW)).toEqual({ kind: "open", missingMinor: 230_000 });
  });

  it("believes the refusal while the balance is not known", () => {
    const state = refused(402, "insufficient_balance", { missing_minor: 5_000 });

    expect(outcome(state, { ...KNOWN, balanceMinor: null }, NOW)).toEqual({ kind: "open", missingMinor: 5_000 });
  });

  it.each(["hold_expired", "seat_taken", "already_paid", "limit_exceeded"])("is over with %s", (code) => {
    expect(outcome(refused(409, code), KNOWN, NOW)).toEqual({ kind: "over", why: code });
  });

  it("is over with the deadline, but not while a payment has no answer", () => {
    const asking = { kind: "asking", attempt: 2, underWay: false, trouble: "lost" } as const;

    expect(outcome({ kind: "idle" }, KNOWN, NOW + 1)).toEqual({ kind: "over", why: "hold_expired" });
    expect(outcome(asking, KNOWN, NOW + 1)).toEqual({ kind: "asking" });
  });
});

it("announces the last minute and the last half, and not the seconds between", () => {
  expect([61, 60, 31, 30, 1, 0].map(announced)).toEqual([null, "minute", "minute", "half", "half", "over"]);
});
