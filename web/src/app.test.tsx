import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { App } from "~/app";
import { chooseLanguage } from "~/i18n/language";
import { Service } from "~/testing/service";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it.each(["/nowhere", "/concerts/%E0%A4%A/queue", "/reservations/%", "/%ff"])(
  "has no page at %s, and says so",
  (path) => {
    new Service();
    chooseLanguage("en");
    history.replaceState(null, "", path);
    render(<App />);

    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("This page does not exist");
    expect(screen.getByRole("link", { name: "Go to the concerts" })).toBeTruthy();
  },
);
