import { act, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nextPath, SignIn } from "~/accounts/sign-in";
import { chooseLanguage } from "~/i18n/language";
import { session } from "~/session/session";
import { Service } from "~/testing/service";
import { open, signIn } from "~/testing/visit";

beforeEach(() => {
  chooseLanguage("en");
  session.value = null;
});
afterEach(() => {
  vi.unstubAllGlobals();
  session.value = null;
});

it.each([
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example",
  "/\t/evil.example",
  "\n//evil.example",
  "/\n\\evil.example",
  "javascript:alert(1)",
  "wallet",
  "",
  undefined,
])("leads from %o to the concerts", (asked) => {
  expect(nextPath(asked)).toBe("/");
});

it("leads to a path of ours with its query", () => {
  expect(nextPath("/performances/p1/seats?concert=c1#map")).toBe("/performances/p1/seats?concert=c1#map");
});

it("leads on whoever is signed in already, or signs in in another tab", () => {
  new Service({});
  open(SignIn, "/sign-in", "/sign-in?next=%2Fwallet");

  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Sign in");

  act(() => signIn());

  expect(location.pathname).toBe("/wallet");
});
