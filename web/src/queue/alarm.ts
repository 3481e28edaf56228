/** A timer that keeps its time in a hidden tab: there a page's own timers may wake once a minute, a worker's do not. */

export interface Alarm {
  /** Rings once after `ms`; an earlier setting is forgotten. */
  set: (ms: number) => void;
  clear: () => void;
  close: () => void;
}

export function alarm(ring: () => void): Alarm {
  if (typeof Worker === "undefined") return byPage(ring);
  const worker = new Worker(new URL("./alarm.worker.ts", import.meta.url), { type: "module" });
  let fallback: Alarm | null = null;
  let dueMs: number | null = null;
  worker.onmessage = () => {
    dueMs = null;
    ring();
  };
  worker.onerror = () => {
    fallback = byPage(ring);
    if (dueMs !== null) fallback.set(Math.max(0, dueMs - performance.now()));
  };
  return {
    set: (ms) => {
      dueMs = performance.now() + ms;
      fallback ? fallback.set(ms) : worker.postMessage(ms);
    },
    clear: () => {
      dueMs = null;
      fallback ? fallback.clear() : worker.postMessage(null);
    },
    close: () => {
      fallback?.clear();
      worker.terminate();
    },
  };
}

function byPage(ring: () => void): Alarm {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const clear = () => clearTimeout(timer);
  const set = (ms: number) => {
    clear();
    timer = setTimeout(ring, ms);
  };
  return { set, clear, close: clear };
}
