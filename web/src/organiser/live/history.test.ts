import { act, cleanup, renderHook } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepInTab } from "~/kernel/storage";
import { useHistory } from "~/organiser/live/history";
import { keepSeries, recallSeries, watchOperator } from "~/organiser/live/kept";
import type { Sample } from "~/organiser/live/series";
import { forgetSession } from "~/session/session";
import { signIn } from "~/testing/visit";

const NOW = Date.parse("2026-05-01T10:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  sessionStorage.clear();
  signIn("operator");
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function sample(atS: number): Sample {
  return { atMs: NOW - 3_600_000 + atS * 1_000, admitted: atS, waiting: 5, present: 4, inside: 3, limit: 10, sold: 2 };
}

const watched = (from: number) => renderHook(({ at }) => useHistory("c1", at), { initialProps: { at: sample(from) } });
const recall = (concertId: string) => recallSeries(concertId, NOW);
const keysInTab = () => Object.keys(sessionStorage);
const reloaded = () => act(() => void dispatchEvent(new Event("pagehide")));

it("goes on where it was after a reload, and after another page", () => {
  const before = watched(1);
  before.rerender({ at: sample(2) });
  reloaded();
  const after = watched(4);

  expect(after.result.current).toEqual([sample(1), sample(2), sample(4)]);

  after.unmount();

  expect(recall("c1")).toEqual([sample(1), sample(2), sample(4)]);
});

it("begins anew after a pause in which nobody looked", () => {
  keepSeries("c1", [sample(1), sample(2)]);

  expect(watched(2 + 301).result.current).toEqual([sample(303)]);
});

it("keeps each sale apart, the last four of them, and the last half hour of each", () => {
  const long = Array.from({ length: 2_000 }, (_, at) => sample(at));
  for (const id of ["c1", "c2", "c3", "c4"]) keepSeries(id, [sample(1)]);
  keepSeries("c5", long);

  expect(recall("c1")).toEqual([]);
  expect(recall("c2")).toEqual([sample(1)]);
  expect(recall("c5")).toEqual(long.slice(200));
});

const ROW = [NOW, 1, 2, 3, 4, 5, 6];
const odd = (field: number, value: unknown) => ROW.map((each, at) => (at === field ? value : each));

it("takes up what is whole", () => {
  keepInTab("live", { operatorId: "operator", sales: [["c1", [ROW]]] });

  expect(recall("c1")).toHaveLength(1);
});

it.each([
  ...[null, 7, {}, [["c1", [ROW]]], { sales: [["c1", [ROW]]] }, { operatorId: "another", sales: [["c1", [ROW]]] }],
  ...[7, [["c1"]], [["c1", [[1, 2]]]]].map((sales) => ({ operatorId: "operator", sales })),
  ...["x", null, -1, 1e300, 0.5].map((value) => ({ operatorId: "operator", sales: [["c1", [odd(1, value)]]] })),
  ...[0, -1e300, NOW - 86_400_001, NOW + 600_000, 1e15].map((atMs) => ({
    operatorId: "operator",
    sales: [["c1", [odd(0, atMs)]]],
  })),
])("takes %j for nothing", (found) => {
  keepInTab("live", found);

  expect(recall("c1")).toEqual([]);
});

it("is not held up by a moment that is still to come, nor by moments out of order", () => {
  keepSeries("c1", [sample(1), sample(3), sample(2), sample(120)]);

  expect(recall("c1")).toEqual([sample(1), sample(3), sample(120)]);
  expect(watched(4).result.current).toEqual([sample(4)]);
});

it("keeps nothing once nobody is signed in, or somebody else", () => {
  const stop = watchOperator();
  const before = watched(1);
  before.rerender({ at: sample(2) });
  reloaded();
  const kept = keysInTab();
  act(forgetSession);
  before.unmount();
  const signedOut = keysInTab();
  signIn("operator");
  watched(3);
  reloaded();
  const again = keysInTab();
  act(() => signIn("another"));
  cleanup();
  stop();

  expect([kept, signedOut, again, keysInTab()]).toEqual([["boxoffice.live"], [], ["boxoffice.live"], []]);
});
