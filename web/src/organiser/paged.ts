import { useState } from "preact/hooks";
import { type Loaded, useLoaded } from "~/ui/async";

interface Paged<T> {
  items: T[];
  next: string | null;
}

export interface Listing<T> extends Loaded<T[]> {
  more: (() => void) | null;
}

/** A list that the service gives out in pages: `more` asks for the next one, null where there is none. */
export function useListing<T>(
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<Paged<T>>,
  keys: readonly unknown[],
): Listing<T> {
  const [pages, setPages] = useState(1);
  const { data, error, reload } = useLoaded(
    async (signal) => {
      const items: T[] = [];
      let next: string | null | undefined;
      for (let page = 0; page < pages && next !== null; page++) {
        const found: Paged<T> = await load(next ?? undefined, signal);
        items.push(...found.items);
        next = found.next;
      }
      return { items, next };
    },
    [...keys, pages],
  );
  return {
    data: data?.items ?? null,
    error,
    reload,
    more: data?.next ? () => setPages((before) => before + 1) : null,
  };
}
