import { act, fireEvent, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nextPath } from "~/accounts/entry";
import { SignIn } from "~/accounts/sign-in";
import { SignUp } from "~/accounts/sign-up";
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

it.each([
  [SignIn, "Sign in", ["Please enter your e-mail.", "Please enter your password."], "E-mail"],
  [
    SignUp,
    "Create an account",
    [
      "Please enter your name.",
      "Please enter an e-mail address such as name@example.com, in English letters.",
      "Please choose a password of at least 8 characters.",
    ],
    "Name",
  ],
] as const)(
  "sends nothing that is empty, says so at each field, and goes to the first: %o",
  async (Shown, button, said, first) => {
    const service = new Service({});
    open(Shown, "/", "/");
    fireEvent.click(screen.getByRole("button", { name: button }));
    await screen.findByText(said[0]);

    for (const sentence of said) expect(screen.getByText(sentence)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText(first));
    expect(service.asked).toEqual([]);
  },
);
