/** What the browser keeps. A browser that keeps nothing (private windows, full disks) loses reloads, not the page. */

const PREFIX = "boxoffice.";

export const recall = <T>(key: string): T | null => read<T>(() => localStorage, key);

export const keep = (key: string, value: unknown): void => write(() => localStorage, key, value);

/** The same for this tab alone, and only as long as it is open. */
export const recallInTab = <T>(key: string): T | null => read<T>(() => sessionStorage, key);

export const keepInTab = (key: string, value: unknown): void => write(() => sessionStorage, key, value);

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

// The store is asked for where a failure is caught: a browser that forbids it fails as it is named.

function read<T>(store: () => Storage, key: string): T | null {
  try {
    const text = store().getItem(PREFIX + key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

function write(store: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null || value === undefined) store().removeItem(PREFIX + key);
    else store().setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Nothing can be kept: the page in hand goes on.
  }
}
