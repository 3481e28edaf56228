/** The service worker: the pages that show tickets, for a door without a network. Registered only where tickets are kept. */

import { kindOf, pageFrom } from "~/offline/answering";

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

declare const __FILES__: readonly string[];

/** What the pages need, by path; the build writes it here. The first is the script that the page itself names. */
const FILES = __FILES__;
const PAGE = "/";
const CACHES = "boxoffice.shell.";
/** Each name has a hash of what is in the file, so the first names the whole build. */
const CACHE = CACHES + FILES[0];
const PATIENCE_MS = 4_000;

const worker = self as unknown as { skipWaiting(): Promise<void> };

addEventListener("install", (event) => {
  (event as Extendable).waitUntil(install());
});

addEventListener("activate", (event) => {
  (event as Extendable).waitUntil(dropOthers());
});

addEventListener("fetch", (event) => {
  const { request, respondWith } = event as Fetching;
  const kind = kindOf(request, location.origin, FILES);
  if (kind === "page")
    respondWith.call(
      event,
      pageFrom(fetch(request), () => kept(PAGE), PATIENCE_MS),
    );
  if (kind === "file") respondWith.call(event, fileFrom(request));
});

/** All of one build or nothing: while a release is rolled out, the page may be of another one than this worker. */
async function install(): Promise<void> {
  const page = await fetch(PAGE, { cache: "no-store" });
  if (!page.ok || !(await page.clone().text()).includes(FILES[0] as string)) throw new Error("another release");
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES as string[]);
  await cache.put(PAGE, page);
  await worker.skipWaiting(); // it answers nothing otherwise than the one before
}

async function dropOthers(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function fileFrom(request: Request): Promise<Response> {
  return (await kept(new URL(request.url).pathname)) ?? fetch(request);
}

function kept(path: string): Promise<Response | undefined> {
  return caches.match(path, { cacheName: CACHE, ignoreVary: true });
}
