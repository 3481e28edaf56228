import { useEffect, useState } from "preact/hooks";
import { useAction, useLoaded } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { text } from "~/ui/messages";

export interface PageOf<T> {
  items: T[];
  next: string | null;
}

export interface Pages<T> {
  /** Everything loaded so far; null before the first page. */
  items: T[] | null;
  error: unknown;
  reload: () => void;
  more: { wanted: boolean; busy: boolean; error: unknown; run: () => void };
}

const PATIENCE_MS = 20_000;

/** A list that comes in pages by cursor: the first one by itself, the others when they are asked for. */
export function usePages<T>(
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>,
  keys: readonly unknown[],
): Pages<T> {
  const first = useLoaded((signal) => load(undefined, signal), keys);
  const [later, setLater] = useState<PageOf<T> | null>(null);
  useEffect(() => setLater(null), [first.data]);
  const next = later ? later.next : (first.data?.next ?? null);
  const more = useAction(async () => {
    if (next === null) return;
    const page = await load(next, AbortSignal.timeout(PATIENCE_MS));
    setLater((before) => ({ items: [...(before?.items ?? []), ...page.items], next: page.next }));
  });
  return {
    items: first.data && [...first.data.items, ...(later?.items ?? [])],
    error: first.error,
    reload: first.reload,
    more: { wanted: next !== null, busy: more.busy, error: more.error, run: () => more.run() },
  };
}

/** What stands where a list is not there: why, that it comes, or that it is empty. */
export function First<T>({ pages, none }: { pages: Pages<T>; none: string }) {
  return (
    <>
      <Failure error={pages.error} again={pages.reload} />
      {!pages.items && !pages.error && <p aria-busy="true">{text().loading}</p>}
      {pages.items?.length === 0 && <p>{none}</p>}
    </>
  );
}

/** What stands below a list: the way to its next page, and why that failed. */
export function More<T>({ pages: { more } }: { pages: Pages<T> }) {
  return (
    <>
      <Failure error={more.error} />
      {more.wanted && (
        <p class="more">
          <Button kind="quiet" busy={more.busy} press={more.run}>
            {text().more}
          </Button>
        </p>
      )}
    </>
  );
}
