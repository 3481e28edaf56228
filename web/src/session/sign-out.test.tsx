import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage } from "~/i18n/language";
import { keysFrom } from "~/kernel/storage";
import { keepOwn } from "~/session/own";
import { session } from "~/session/session";
import { Header } from "~/shell/header";
import { each, Service } from "~/testing/service";
import { signIn } from "~/testing/visit";

const END = "DELETE /api/v1/sessions/current";
const REFRESH = "POST /api/v1/sessions/refresh";

beforeEach(() => {
  localStorage.clear();
  chooseLanguage("en");
  signIn();
  keepOwn("own.tickets.r1", "a ticket");
  history.replaceState(null, "", "/reservations");
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function leave(): void {
  render(
    <LocationProvider>
      <Header />
    </LocationProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
}

const NEVER = new Promise<Response>(() => {});

it.each([NEVER, "lost", null] as const)("signs out at once, here, when the service's answer is %o", (found) => {
  const service = new Service({ [END]: found });
  leave();

  expect([session.value, keysFrom("own."), keysFrom("session"), location.pathname]).toEqual([null, [], [], "/"]);
  return vi.waitFor(() => expect(service.headers.get(END)?.get("Authorization")).toBe("Bearer a"));
});

it("ends a session whose access token has lapsed by a new one, and is not signed in by it", async () => {
  const renewed = { access_token: "b", refresh_token: "s", expires_in_s: 900, user: { id: "fan-1" } };
  const service = new Service({ [END]: each([401, "unauthorized"], null), [REFRESH]: renewed });
  leave();
  await vi.waitFor(() => expect(service.of(END).length).toBe(2));

  expect(service.of(REFRESH).map((asked) => asked.body)).toEqual([{ refresh_token: "r" }]);
  expect(service.headers.get(END)?.get("Authorization")).toBe("Bearer b");
  expect(session.value).toBeNull();
});
