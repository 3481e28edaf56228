/** What the browser keeps. A browser that keeps nothing (private windows, full disks) loses reloads, not the page. */

const PREFIX = "boxoffice.";

export function recall<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function keep(key: string, value: unknown): void {
  try {
    if (value === null || value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Nothing can be kept: the page in hand goes on.
  }
}

/** The keys that begin with `start`. */
export function keysFrom(start: string): string[] {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX + start));
    return names.map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}

/** Calls `changed` whenever another tab keeps something under `key`. */
export function onKept(key: string, changed: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === null || event.key === PREFIX + key) changed();
  });
}
