import { afterEach, expect, it, vi } from "vitest";
import { watchReleases } from "~/shell/releases";

const reload = vi.fn();
watchReleases(reload);

const settled = () => new Promise((resolve) => setTimeout(resolve));
const fail = async () => {
  dispatchEvent(new Event("vite:preloadError"));
  await settled();
};

afterEach(() => {
  sessionStorage.clear();
  reload.mockReset();
});

it("becomes the new page when a file of the old one is gone, and not again and again", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("page"));
  await fail();
  await fail();
  expect(reload).toHaveBeenCalledTimes(1);
});

it("stays the old page while nobody answers", async () => {
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("offline"));
  await fail();
  expect(reload).not.toHaveBeenCalled();
});
