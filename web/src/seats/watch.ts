import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { answer, api } from "~/api/client";
import { decode } from "~/seats/bitmap";
import { nextLookMs } from "~/seats/poll";

export interface Availability {
  /** Null until the first answer. The same array as long as nothing changes. */
  taken: Uint8Array | null;
  error: unknown;
  /** Looks again at once. */
  look: () => void;
  /** Known from elsewhere, before the next answer tells it. */
  mark: (seats: readonly number[]) => void;
}

/** The bitmap of taken seats, anew every second or two while the page is seen. */
export function useAvailability(performanceId: string): Availability {
  const [state, setState] = useState<{ taken: Uint8Array | null; error: unknown }>({ taken: null, error: null });
  const wake = useRef(() => {});
  useEffect(() => {
    const stop = new AbortController();
    let [timer, failures, last, busy] = [0, 0, "", false];
    const look = async () => {
      clearTimeout(timer);
      if (document.hidden || busy || stop.signal.aborted) return;
      busy = true;
      let error: unknown = null;
      try {
        const { taken } = await ask(performanceId, stop.signal);
        if (taken !== last || failures) setState({ taken: decode(taken), error: null });
        [failures, last] = [0, taken];
      } catch (caught) {
        if (stop.signal.aborted) return;
        error = caught;
        failures++;
        setState((before) => ({ ...before, error }));
      }
      busy = false;
      timer = window.setTimeout(look, nextLookMs(failures, error, Math.random()));
    };
    wake.current = () => void look();
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("online", look);
    };
  }, [performanceId]);

  const mark = useCallback((seats: readonly number[]) => {
    setState(({ taken, error }) => ({ taken: taken && marked(taken, seats), error }));
  }, []);
  return { ...state, look: useCallback(() => wake.current(), []), mark };
}

function ask(performanceId: string, signal: AbortSignal) {
  const params = { path: { performance_id: performanceId } };
  return answer(api.GET("/api/v1/performances/{performance_id}/availability", { params, signal }));
}

function marked(taken: Uint8Array, seats: readonly number[]): Uint8Array {
  const bits = taken.slice();
  for (const no of seats) bits[no >> 3] = (bits[no >> 3] as number) | (128 >> (no & 7));
  return bits;
}
