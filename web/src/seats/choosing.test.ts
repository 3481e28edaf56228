import { beforeEach, describe, expect, it } from "vitest";
import { Lost, Refusal } from "~/api/failures";
import { chooseLanguage } from "~/i18n/language";
import { appearance, countFree, freeIn } from "~/seats/appearance";
import { decode, isTaken } from "~/seats/bitmap";
import { toggle, total, without } from "~/seats/choice";
import { forgetHold, keepHold, keptHold, secondsLeft } from "~/seats/held";
import { layOut } from "~/seats/map";
import { examplePlan } from "~/seats/map/example";
import { nearby } from "~/seats/near";
import { nextLookMs } from "~/seats/poll";
import { holdSentence, refused } from "~/seats/refusals";

const layout = layOut(examplePlan(2, 3, 6)); // seats 0 to 17 in the first block, 6 in a row
const bitsOf = (...taken: number[]) => {
  const bits = new Uint8Array(5);
  for (const no of taken) bits[no >> 3] = (bits[no >> 3] as number) | (128 >> (no & 7));
  return bits;
};

beforeEach(() => chooseLanguage("en"));

describe("the bitmap", () => {
  it("begins with seat 0 in the highest bit of the first byte", () => {
    const bits = decode("gAE="); // 1000 0000, 0000 0001

    expect([0, 1, 7, 8, 15].map((no) => isTaken(bits, no))).toEqual([true, false, false, false, true]);
  });

  it("counts a seat that it does not know as taken", () => {
    expect(isTaken(decode("AA=="), 8)).toBe(true);
  });

  it("becomes looks and counts", () => {
    const bits = bitsOf(0, 1, 20);
    const lookOf = appearance(layout, bits, [1]);

    expect([lookOf[0], lookOf[1], lookOf[2], lookOf[18], lookOf[20]]).toEqual([2, 0, 0, 1, 2]);
    expect(countFree(layout, bits)).toEqual({
      bySection: Uint32Array.of(16, 17),
      byTier: Uint32Array.of(16, 17),
      total: 33,
    });
    expect(freeIn([0, 1, 2], bits)).toBe(1);
  });
});

describe("a choice", () => {
  it("takes and drops a seat, and says why it cannot take one", () => {
    expect(toggle([], 4, 2, false)).toEqual({ chosen: [4], outcome: "chosen" });
    expect(toggle([4, 5], 4, 2, false)).toEqual({ chosen: [5], outcome: "dropped" });
    expect(toggle([4, 5], 6, 2, false)).toEqual({ chosen: [4, 5], outcome: "full" });
    expect(toggle([], 6, 2, true)).toEqual({ chosen: [], outcome: "taken" });
  });

  it("lets a seat of one's own go even when somebody took it meanwhile", () => {
    expect(toggle([4], 4, 2, true)).toEqual({ chosen: [], outcome: "dropped" });
  });

  it("keeps what was not taken, and stays the same when nothing was", () => {
    const chosen = [4, 5, 6];

    expect(without(chosen, (no) => no === 5)).toEqual({ kept: [4, 6], lost: [5] });
    expect(without(chosen, () => false).kept).toBe(chosen);
    expect(total(chosen, (no) => no * 10)).toBe(150);
  });
});

describe("seats near by", () => {
  const free =
    (...not: number[]) =>
    (no: number) =>
      !not.includes(no);

  it("is the next one in the same row", () => {
    expect(nearby(layout, [8], free(8, 7), [])).toEqual([9]);
  });

  it("are side by side when several are lost, in another row if need be", () => {
    expect(nearby(layout, [8, 9], free(6, 7, 8, 9, 10, 11), [])).toEqual([2, 3]);
    expect(nearby(layout, [6, 7], free(6, 7, 9), [])).toEqual([10, 11]);
  });

  it("are rather beside those that are kept", () => {
    expect(nearby(layout, [7, 8], free(7, 8), [9])).toEqual([10, 11]);
  });

  it("are those of the same tier that are left, each for itself, where no two are together", () => {
    const left = [0, 4, 14];

    expect(new Set(nearby(layout, [8, 9], (no) => left.includes(no) || no >= 18, []))).toEqual(new Set([14, 4]));
    expect(nearby(layout, [8], (no) => no >= 18, [])).toEqual([]);
    expect(nearby(layout, [], () => true, [])).toEqual([]);
  });
});

describe("looking again", () => {
  it("comes every second or two, spread by chance", () => {
    expect([nextLookMs(0, null, 0), nextLookMs(0, null, 0.999)]).toEqual([1_000, 1_999]);
  });

  it("is looked at more seldom while it fails", () => {
    expect([1, 2, 3].map((failures) => nextLookMs(failures, new Lost(), 0.5))).toEqual([1_000, 2_000, 4_000]);
  });
});

describe("a refused hold", () => {
  const refusal = (status: number, code: string, members = {}) => new Refusal(status, code, null, members);

  it("leads to the line or to signing in, and elsewhere stays", () => {
    expect(refused(refusal(403, "not_admitted"), "c1", "/here")).toBe("/concerts/c1/queue");
    expect(refused(refusal(401, "unauthorized"), "c1", "/a?b=c")).toBe("/sign-in?next=%2Fa%3Fb%3Dc");
    expect(refused(refusal(409, "seat_taken"), "c1", "/here")).toBe(null);
    expect(refused(new Error("x"), "c1", "/here")).toBe(null);
  });

  it("says how many one may have, and has", () => {
    const said = holdSentence(refusal(409, "limit_exceeded", { limit: 4, has: 2 }), 9);

    expect(said).toBe("You may have 4 seats for this date and have 2 already.");
  });
});

describe("a hold that was made", () => {
  const hold = {
    id: "h1",
    performance_id: "p1",
    seats: [1],
    total_minor: 1,
    currency: "KRW",
    expires_at: "2026-01-01T00:02:00Z",
    receipt: "r",
  };

  it("is kept with its receipt until it is given back", () => {
    keepHold(hold);
    const found = keptHold("p1");
    forgetHold(hold);

    expect([found, keptHold("p1"), keptHold("p2")]).toEqual([hold, null, null]);
  });

  it("has the seconds that are left, and never less than none", () => {
    const now = Date.parse("2026-01-01T00:00:30Z");

    expect([secondsLeft(hold.expires_at, now), secondsLeft(hold.expires_at, now + 1e6)]).toEqual([90, 0]);
  });
});
