import { describe, expect, it } from "vitest";
import { Lost, Refusal } from "~/api/failures";
import { isFinal, type Settling, step } from "~/kernel/settling";

const IDLE: Settling<string> = { kind: "idle" };
const OUT: Settling<string> = { kind: "asking", attempt: 1, underWay: true, trouble: null };

function refusal(status: number, code: string, retryAfterS: number | null = null): Refusal {
  return new Refusal(status, code, retryAfterS, {});
}

describe("a confirmation", () => {
  it("sends at once", () => {
    expect(step(IDLE, { kind: "confirmed" }, 0)).toEqual({ state: { ...OUT, underWay: false }, sendInMs: 0 });
  });

  it("that comes twice sends once", () => {
    expect(step(OUT, { kind: "confirmed" }, 0)).toEqual({ state: OUT, sendInMs: null });
  });

  it("after a refusal begins anew", () => {
    const refused: Settling<string> = { kind: "refused", error: refusal(402, "insufficient_balance") };

    expect(step(refused, { kind: "confirmed" }, 0).sendInMs).toBe(0);
  });
});

describe("an answer that tells nothing", () => {
  const unclear = [
    new Lost(),
    refusal(503, "unavailable"),
    refusal(500, "internal_error"),
    refusal(408, "x"),
    refusal(429, "x"),
  ];

  it.each(unclear)("leads to a repeat: %s", (error) => {
    const { state, sendInMs } = step(OUT, { kind: "failed", error }, 0);

    expect(state).toMatchObject({ kind: "asking", attempt: 2, underWay: false });
    expect(sendInMs).toBe(500);
  });

  it("is repeated ever more slowly, up to a bound, spread by chance", () => {
    const waits = [1, 2, 3, 4, 5, 9].map(
      (attempt) => step({ ...OUT, attempt }, { kind: "failed", error: new Lost() }, 0).sendInMs,
    );

    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 7_500, 7_500]);
    expect(step(OUT, { kind: "failed", error: new Lost() }, 1).sendInMs).toBe(1_500);
  });

  it("is repeated no sooner than the service asks", () => {
    expect(step(OUT, { kind: "failed", error: refusal(503, "overloaded", 7) }, 0).sendInMs).toBe(7_000);
  });

  it("is repeated at once when the network is back, unless a request is out", () => {
    expect(step({ ...OUT, underWay: false }, { kind: "woken" }, 0).sendInMs).toBe(0);
    expect(step(OUT, { kind: "woken" }, 0).sendInMs).toBeNull();
  });
});

it("ends with a refusal, and sends nothing by itself any more", () => {
  const { state, sendInMs } = step(OUT, { kind: "failed", error: refusal(409, "hold_expired") }, 0);

  expect([state.kind, sendInMs]).toEqual(["refused", null]);
  expect(step(state, { kind: "woken" }, 0).sendInMs).toBeNull();
});

it("goes on after signing in again", () => {
  expect([isFinal(refusal(401, "unauthorized")), isFinal(refusal(402, "insufficient_balance"))]).toEqual([false, true]);
});
