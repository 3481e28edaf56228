import { beforeEach, expect, it, vi } from "vitest";
import { keep } from "~/kernel/storage";

const KEPT = { access: "a", refresh: "r", accessUntilMs: 1, user: { id: "fan-1" } };

beforeEach(() => {
  vi.resetModules();
  localStorage.clear();
});

const opened = async () => (await import("~/session/session")).session.value;

it("finds the session of before", async () => {
  keep("session", KEPT);

  expect(await opened()).toEqual(KEPT);
});

it.each([[[]], ["x"], [7], [{}], [{ access: 1 }], [{ ...KEPT, user: undefined }], [{ ...KEPT, user: {} }]])(
  "has nobody signed in where %o is kept, and opens",
  async (kept) => {
    keep("session", kept);

    expect(await opened()).toBeNull();
  },
);
