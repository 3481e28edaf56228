import { expect, it, vi } from "vitest";
import { kindOf, pageFrom } from "~/offline/answering";

const ORIGIN = "https://tickets.example";
const FILES = ["/assets/main-1a2b.js"];
const kind = (path: string, mode = "navigate", method = "GET") =>
  kindOf({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN, FILES);

it("answers for the tickets' pages and their files, and lets everything else pass", () => {
  expect(["/", "/reservations", "/reservations/r1?new"].map((path) => kind(path))).toEqual(["page", "page", "page"]);
  expect(kind("/assets/main-1a2b.js", "cors")).toBe("file");
  const others = ["/concerts/c1/queue", "/performances/p1/seats", "/checkout/h1", "/wallet", "/docs", "/robots.txt"];
  expect(others.map((path) => kind(path))).toEqual(others.map(() => null));
  expect([
    kind("/api/v1/reservations/r1", "cors"),
    kind("/assets/main-9z9z.js", "cors"),
    kind("/reservations", "cors"),
    kind("/reservations", "navigate", "POST"),
    kind("https://elsewhere.example/"),
  ]).toEqual([null, null, null, null, null]);
});

const KEPT = new Response("kept");
const kept = async () => KEPT;

it("shows the network's page where there is one, also one that says no", async () => {
  const found = new Response("new");
  const refused = new Response("no", { status: 404 });

  expect(await pageFrom(Promise.resolve(found), kept, 50)).toBe(found);
  expect(await pageFrom(Promise.resolve(refused), kept, 50)).toBe(refused);
});

it("shows what is kept where the network fails, and where only something in between answers", async () => {
  const broken = new Response("Bad Gateway", { status: 502 });

  expect(await pageFrom(Promise.reject(new TypeError("offline")), kept, 50)).toBe(KEPT);
  expect(await pageFrom(Promise.resolve(broken), kept, 50)).toBe(KEPT);
});

it("waits for a network that hangs so long and no longer, and on where nothing is kept", async () => {
  vi.useFakeTimers();
  const slow = new Response("slow");
  const asked = new Promise<Response>((resolve) => setTimeout(resolve, 9_000, slow));
  const shown = pageFrom(asked, kept, 4_000);
  const waited = pageFrom(asked, async () => undefined, 4_000);
  await vi.advanceTimersByTimeAsync(4_000);

  expect(await shown).toBe(KEPT);

  await vi.advanceTimersByTimeAsync(5_000);

  expect(await waited).toBe(slow);
  vi.useRealTimers();
});
