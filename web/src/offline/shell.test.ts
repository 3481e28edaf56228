import { afterEach, beforeEach, expect, it, vi } from "vitest";

const done = () => new Promise((resolve) => setTimeout(resolve));

/** The browser's part: `ready` comes when the worker has installed itself, and never where it could not. */
function browser({ register = async () => ({}), ready = Promise.resolve() as Promise<unknown> } = {}) {
  const unregister = vi.fn(async () => true);
  const workers = { register: vi.fn(register), ready, getRegistrations: async () => [{ unregister }] };
  vi.stubGlobal("navigator", { serviceWorker: workers });
  return { ...workers, unregister };
}

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllGlobals());

it("is ready once the worker is, and no longer than there are tickets", async () => {
  const { unregister } = browser();
  const { keepShell, shellReady } = await import("~/offline/shell");
  keepShell(true);
  const asked = shellReady.value;
  await done();
  const ready = shellReady.value;
  keepShell(false);
  const over = shellReady.value;
  await done();

  expect([asked, ready, over, shellReady.value]).toEqual([false, true, false, false]);
  expect(unregister).toHaveBeenCalledOnce();
});

it.each([
  ["knows no workers", () => vi.stubGlobal("navigator", {})],
  ["forbids them", () => browser({ register: () => Promise.reject(new DOMException("no", "SecurityError")) })],
  ["could not fetch everything", () => browser({ ready: new Promise(() => undefined) })],
])("is not ready where the browser %s", async (_, given) => {
  given();
  const { keepShell, shellReady } = await import("~/offline/shell");
  keepShell(true);
  await done();

  expect(shellReady.value).toBe(false);
});

it("lets go of a worker that is still on its way", async () => {
  let arrive: (value?: unknown) => void = () => undefined;
  const { unregister } = browser({ ready: new Promise((resolve) => (arrive = resolve)) });
  const { keepShell, shellReady } = await import("~/offline/shell");
  keepShell(true);
  await done();
  keepShell(false);
  await done();
  arrive();
  await done();

  expect([shellReady.value, unregister.mock.calls.length]).toEqual([false, 1]);
});
