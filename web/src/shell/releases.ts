/** An old page asks for files by names that no instance has any more after a release: it has to become the new page. */

import { keepInTab, recallInTab } from "~/kernel/storage";

const KEY = "reloaded";
const AGAIN_MS = 60_000;

/** Reloads once a minute at most, and only where the new page can be had: without a network, the old one is better. */
export function watchReleases(reload: () => void = () => location.reload()): void {
  addEventListener("vite:preloadError", async () => {
    if (Date.now() - (recallInTab<number>(KEY) ?? 0) < AGAIN_MS) return;
    const served = await fetch("/", { cache: "no-store" }).catch(() => null);
    if (!served?.ok) return;
    keepInTab(KEY, Date.now());
    reload();
  });
}
