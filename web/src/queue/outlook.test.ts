import { describe, expect, it } from "vitest";
import type { Schemas } from "~/api/client";
import { chooseLanguage } from "~/i18n/language";
import { text } from "~/queue/messages";
import { aheadOf, estimate, type Range, withTold } from "~/queue/outlook";

const NOW = 1_000_000;
const MINUTE = 60_000;
const EMPTY = { aheadAtFirst: null, ahead: 0, progress: 0, forecastsMs: [] };

const queue = (given: Partial<Schemas["QueueSnapshot"]>) =>
  ({ serving: 100, last: 500, waiting: 400, ...given }) as Schemas["QueueSnapshot"];

describe("people ahead", () => {
  it("are the numbers between the last one let in and one's own", () => {
    expect(aheadOf(151, queue({}))).toBe(50);
  });

  it("are never more than all who wait", () => {
    expect(aheadOf(10_000_003, queue({ last: 10_000_003, waiting: 8 }))).toBe(7);
  });

  it("cannot be told by a queue that does not know the number yet", () => {
    expect(aheadOf(501, queue({}))).toBeNull();
  });
});

describe("progress", () => {
  it("never goes back, whatever is told, and is complete only when let in", () => {
    let place: Parameters<typeof withTold>[0] = EMPTY;
    const shown = [99, 60, 80, 30, 99, 0].map((ahead) => {
      place = withTold(place, ahead, 10, NOW);
      return Math.round(place.progress * 100);
    });

    expect(shown).toEqual([0, 39, 39, 69, 69, 99]);
  });
});

describe("the estimate", () => {
  it("is as wide as the last estimates differ, and a little wider", () => {
    expect(estimate([NOW + 10 * MINUTE, NOW + 20 * MINUTE], NOW)).toEqual({ from: 8, to: 23, unit: "minute" });
  });

  it("cannot be told while nobody is let in, nor from what is long past", () => {
    expect(estimate([], NOW)).toBeNull();
    expect(estimate([NOW - 31_000], NOW)).toBeNull();
    expect(withTold({ ...EMPTY, forecastsMs: [NOW] }, 3, null, NOW).forecastsMs).toEqual([]);
  });

  it.each([
    [[NOW + 20_000], "less than a minute", "1분 이내"],
    [[NOW + 3 * MINUTE], "2 to 4 minutes", "2~4분"],
    [[NOW, NOW + 3 * MINUTE], "up to 4 minutes", "최대 4분"],
    [[NOW + 200 * MINUTE], "2 to 4 hours", "2~4시간"],
  ])("is said in words: %#", (forecasts, english, korean) => {
    const range = estimate(forecasts, NOW) as Range;
    const said = (["en", "ko"] as const).map((language) => {
      chooseLanguage(language);
      return text().range(range);
    });

    expect(said).toEqual([english, korean]);
  });
});
