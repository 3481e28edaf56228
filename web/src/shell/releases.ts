/** An old page asks for files by names that no instance has any more after a release: it has to become the new page. */

const KEY = "boxoffice.reloaded";
const AGAIN_MS = 60_000;

/** Reloads once a minute at most, and only where the new page can be had: without a network, the old one is better. */
export function watchReleases(reload: () => void = () => location.reload()): void {
  addEventListener("vite:preloadError", async () => {
    if (Date.now() - lastReloadMs() < AGAIN_MS) return;
    const served = await fetch("/", { cache: "no-store" }).catch(() => null);
    if (!served?.ok) return;
    remember();
    reload();
  });
}

function lastReloadMs(): number {
  try {
    return Number(sessionStorage.getItem(KEY) ?? 0);
  } catch {
    return 0;
  }
}

function remember(): void {
  try {
    sessionStorage.setItem(KEY, String(Date.now()));
  } catch {
    // Nothing can be kept: it may reload once more.
  }
}
