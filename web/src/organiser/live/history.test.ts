import { act, cleanup, renderHook } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepInTab } from "~/kernel/storage";
import { keepSeries, recallSeries, useHistory } from "~/organiser/live/history";
import type { Sample } from "~/organiser/live/series";

beforeEach(() => sessionStorage.clear());
afterEach(cleanup);

function sample(atS: number): Sample {
  return { atMs: atS * 1_000, admitted: atS, waiting: 5, present: 4, inside: 3, limit: 10, sold: 2 };
}

const watched = (from: number) => renderHook(({ at }) => useHistory("c1", at), { initialProps: { at: sample(from) } });
const reloaded = () => act(() => void dispatchEvent(new Event("pagehide")));

it("goes on where it was after a reload, and after another page", () => {
  const before = watched(1);
  before.rerender({ at: sample(2) });
  reloaded();
  const after = watched(4);

  expect(after.result.current).toEqual([sample(1), sample(2), sample(4)]);

  after.unmount();

  expect(recallSeries("c1")).toEqual([sample(1), sample(2), sample(4)]);
});

it("begins anew after a pause in which nobody looked", () => {
  keepSeries("c1", [sample(1), sample(2)]);

  expect(watched(2 + 301).result.current).toEqual([sample(303)]);
});

it("keeps each sale apart, the last four of them, and the last half hour of each", () => {
  const long = Array.from({ length: 2_000 }, (_, at) => sample(at));
  for (const id of ["c1", "c2", "c3", "c4"]) keepSeries(id, [sample(1)]);
  keepSeries("c5", long);

  expect(recallSeries("c1")).toEqual([]);
  expect(recallSeries("c2")).toEqual([sample(1)]);
  expect(recallSeries("c5")).toEqual(long.slice(200));
});

it.each([null, 7, {}, [["c1"]], [["c1", [[1, 2]]]], [["c1", [["x", 1, 2, 3, 4, 5, 6]]]]])(
  "takes %o for nothing",
  (found) => {
    keepInTab("live", found);

    expect(recallSeries("c1")).toEqual([]);
  },
);
