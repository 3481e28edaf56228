import { describe, expect, it } from "vitest";
import { conversion, forecast } from "~/organiser/live/forecast";
import type { Sample } from "~/organiser/live/series";

function selling(perSecond: number, seconds: number): Sample[] {
  return Array.from({ length: seconds + 1 }, (_, at) => ({
    atMs: at * 1_000,
    admitted: 0,
    waiting: 0,
    present: 0,
    inside: 0,
    limit: 0,
    sold: at * perSecond,
  }));
}

describe("a forecast", () => {
  it("goes on at the pace of the last five minutes", () => {
    const slowedDown = [...selling(100, 60), ...selling(2, 600).map((each) => ({ ...each, atMs: each.atMs + 60_000 }))];

    expect(forecast(slowedDown, { sold: 1_200, total: 1_440 }, "open")).toEqual({
      kind: "at",
      inMs: 120_000,
      atMs: 780_000,
    });
  });

  it("waits until enough was seen", () => {
    expect(forecast(selling(1, 19), { sold: 19, total: 50 }, "open").kind).toBe("too_early");
    expect(forecast(selling(1, 20), { sold: 20, total: 50 }, "open").kind).toBe("at");
  });

  it("says so where there is nothing to foretell", () => {
    const still = selling(0, 60);

    expect(forecast(still, { sold: 0, total: 50 }, "open").kind).toBe("no_sales");
    expect(forecast(selling(-1, 60), { sold: 5, total: 50 }, "open").kind).toBe("no_sales");
    expect(forecast(still, { sold: 50, total: 50 }, "closed").kind).toBe("sold_out");
    expect(forecast(still, { sold: 5, total: 50 }, "paused").kind).toBe("not_on_sale");
    expect(forecast(still, { sold: 0, total: 0 }, "open").kind).toBe("nothing_to_sell");
    expect(forecast(selling(0.001, 60), { sold: 5, total: 50_000 }, "open").kind).toBe("far");
  });
});

it("has a conversion once somebody was let in", () => {
  expect([conversion(0, 0), conversion(1, 4)]).toEqual([null, 0.25]);
});
