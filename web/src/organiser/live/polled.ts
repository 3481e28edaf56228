/** What a page asks for again and again while somebody looks at it. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { askAgainMs } from "~/api/patience";

export const EVERY_MS = 1_000;
const HURRIED_EVERY_MS = 400;
/** For so long after a change the page asks faster, so that its effect is seen at once. */
export const HURRY_MS = 2_500;
const FAILED_EVERY_MAX_MS = 8_000;
/** Older numbers are shown as such. */
export const STALE_MS = 2_000;

interface Asked {
  tookMs: number;
  /** In a row, and the last of them. */
  failures: number;
  error?: unknown;
  hurried: boolean;
}

/** How long to wait before the next question: slower after failures, faster in a hurry, never before an answer. */
export function nextInMs(asked: Asked, chance: number): number {
  if (asked.failures > 0) return askAgainMs(asked.failures, asked.error, chance, FAILED_EVERY_MAX_MS);
  return Math.max(0, (asked.hurried ? HURRIED_EVERY_MS : EVERY_MS) - asked.tookMs);
}

export interface Polled<T> {
  data: T | null;
  error: unknown;
  /** By `performance.now()`; null before the first answer. */
  answeredMs: number | null;
  hurry: () => void;
}

/** Asks while the page is seen, one question at a time, and at once when it is seen again. */
export function usePolled<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, "hurry">>({ data: null, error: null, answeredMs: null });
  const hurriedUntilMs = useRef(0);
  const wake = useRef<() => void>(() => undefined);
  useEffect(() => {
    let timer = 0;
    let failures = 0;
    let failure: unknown;
    let asking = false;
    const stop = new AbortController();
    const ask = async () => {
      clearTimeout(timer);
      if (asking || document.hidden || stop.signal.aborted) return;
      asking = true;
      const sinceMs = performance.now();
      try {
        const data = await load(stop.signal);
        failures = 0;
        if (!stop.signal.aborted) setState({ data, error: null, answeredMs: performance.now() });
      } catch (error) {
        failures++;
        failure = error;
        if (!stop.signal.aborted) setState((before) => ({ ...before, error }));
      }
      asking = false;
      if (stop.signal.aborted) return;
      const nowMs = performance.now();
      const hurried = nowMs < hurriedUntilMs.current;
      timer = window.setTimeout(
        ask,
        nextInMs({ tookMs: nowMs - sinceMs, failures, error: failure, hurried }, Math.random()),
      );
    };
    wake.current = ask;
    document.addEventListener("visibilitychange", ask);
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }, keys);
  const hurry = useCallback(() => {
    hurriedUntilMs.current = performance.now() + HURRY_MS;
    wake.current();
  }, []);
  return { ...state, hurry };
}
