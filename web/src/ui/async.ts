/** What a page loads, and what a button does, each with its failure. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isPassing } from "~/api/failures";
import { askAgainMs } from "~/api/patience";

export interface Loaded<T> {
  data: T | null;
  error: unknown;
  reload: () => void;
}

/**
 * Loads when `keys` change, and on `reload`; an answer that comes too late is dropped. A failure keeps the last data;
 * one that passes is tried again by itself, and at once when the network is back.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ data: T | null; error: unknown }>({ data: null, error: null });
  useEffect(() => {
    const stop = new AbortController();
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      clearTimeout(timer);
      removeEventListener("online", ask);
      load(stop.signal).then(
        (data) => stop.signal.aborted || setState({ data, error: null }),
        (error) => stop.signal.aborted || failed(error),
      );
    };
    const failed = (error: unknown) => {
      setState((before) => ({ ...before, error }));
      if (!isPassing(error)) return;
      failures += 1;
      timer = setTimeout(ask, askAgainMs(failures, error, Math.random()));
      addEventListener("online", ask);
    };
    ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
      removeEventListener("online", ask);
    };
  }, [...keys, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, reload };
}

export interface Action<A extends unknown[]> {
  run: (...given: A) => void;
  busy: boolean;
  error: unknown;
}

/** Runs one at a time: a second click while the first is under way does nothing. */
export function useAction<A extends unknown[]>(work: (...given: A) => Promise<void>): Action<A> {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const underWay = useRef(false);
  const run = (...given: A) => {
    if (underWay.current) return;
    underWay.current = true;
    setState({ busy: true, error: null });
    work(...given)
      .then(
        () => setState({ busy: false, error: null }),
        (error) => setState({ busy: false, error }),
      )
      .finally(() => {
        underWay.current = false;
      });
  };
  return { run, ...state };
}
