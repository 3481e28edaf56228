import { act, renderHook, waitFor } from "@testing-library/preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Schemas } from "~/api/client";
import { chooseLanguage } from "~/i18n/language";
import { layOut } from "~/seats/map";
import { examplePlan } from "~/seats/map/example";
import { usePicking } from "~/seats/picking";
import { Service } from "~/testing/service";
import { signIn } from "~/testing/visit";

const sale = {
  concert: { id: "c", currency: "KRW" } as Schemas["ConcertReply"],
  performance: { id: "p1", seats_per_fan: 2 } as Schemas["PerformanceReply"],
  layout: layOut(examplePlan(2, 2, 3)),
  priceOf: () => 99_000,
};
const availability = { taken: new Uint8Array(2), error: null, mark: () => {}, look: () => {} };

beforeEach(() => {
  chooseLanguage("en");
  signIn();
});
afterEach(() => vi.unstubAllGlobals());

it("reads aloud what is chosen now: nothing of a seat that was lost, and the seat that was taken for it", async () => {
  new Service({ "POST /api/v1/performances/p1/holds": [409, "seat_taken", { seats: [0] }] });
  const { result } = renderHook(() => usePicking(sale, availability), { wrapper: LocationProvider });
  act(() => result.current.press(0));
  const first = result.current.said.words;
  act(() => void result.current.hold.run({ seats: [0], best_available: null }));
  await waitFor(() => expect(result.current.loss).not.toBeNull());
  const [lost, offer] = [result.current.said.words, result.current.loss?.offer];
  act(() => result.current.takeOffer());

  expect([first, lost, offer]).toEqual(["Chosen: Block 1, row 1, seat 1. 1 seat, ₩99,000.", "", [1]]);
  expect(result.current.said.words).toBe("Chosen: Block 1, row 1, seat 2. 1 seat, ₩99,000.");
});
