import { beforeEach, expect, it } from "vitest";
import { keep } from "~/kernel/storage";
import { keepOwn, recallOwn } from "~/session/own";
import { session } from "~/session/session";
import { signIn } from "~/testing/visit";

beforeEach(() => {
  localStorage.clear();
  session.value = null;
});

it("shows what is kept to the fan who kept it, and to nobody else", () => {
  signIn("fan-1");
  keepOwn("hold.h1", { seats: [3] });
  const mine = recallOwn("hold.h1");
  signIn("fan-2");
  const theirs = recallOwn("hold.h1");
  session.value = null;

  expect([mine, theirs, recallOwn("hold.h1")]).toEqual([{ seats: [3] }, null, null]);
});

it.each([null, 5, "x", {}, { fanId: "fan-1" }, { value: 1 }])("finds nothing in %o", (kept) => {
  signIn("fan-1");
  keep("hold.h1", kept);

  expect(recallOwn("hold.h1") ?? null).toBeNull();
});
