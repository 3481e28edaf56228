import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { adjustClock, nowMs } from "~/kernel/clock";

const NOW = Date.parse("2026-05-01T10:00:00Z");
const served = (atMs: number) => new Date(atMs).toUTCString();

beforeEach(() => vi.useFakeTimers({ now: NOW }));
afterEach(() => vi.useRealTimers());

it("follows the service, and not the age of what a cache kept", () => {
  const offset = () => nowMs() - NOW;

  adjustClock(served(NOW - 62_000), true);
  expect(offset()).toBe(-61_500);

  adjustClock(served(NOW - 60_000), true);
  expect(offset()).toBe(-59_500);

  adjustClock(served(NOW - 90_000), true);
  expect(offset()).toBe(-59_500);

  adjustClock(served(NOW - 60_000 - 500), false);
  expect(offset()).toBe(-59_500);

  adjustClock(served(NOW - 90_000), false);
  expect(offset()).toBe(-89_500);

  adjustClock("nonsense", false);
  adjustClock(null, false);
  expect(offset()).toBe(-89_500);
});
