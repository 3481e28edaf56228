/** A timer that keeps its time in a hidden tab: there a page's own timers may wake once a minute, a worker's do not. */

export interface Alarm {
  /** Rings once after `ms`; an earlier setting is forgotten. */
  set: (ms: number) => void;
  clear: () => void;
  close: () => void;
}

export function alarm(ring: () => void): Alarm {
  let dueMs: number | null = null;
  const rung = () => {
    dueMs = null;
    ring();
  };
  const own = byPage(rung);
  if (typeof Worker === "undefined") return own;
  const worker = new Worker(new URL("./alarm.worker.ts", import.meta.url), { type: "module" });
  const workers = {
    set: (ms: number) => worker.postMessage(ms),
    clear: () => worker.postMessage(null),
  };
  // Until the worker has come, which it may never do over a network that is lost just now, the page keeps the time.
  let keeper: Pick<Alarm, "set" | "clear"> = own;
  const handOver = (to: typeof keeper) => {
    keeper.clear();
    keeper = to;
    if (dueMs !== null) keeper.set(Math.max(0, dueMs - performance.now()));
  };
  worker.onmessage = ({ data }: MessageEvent<"here" | "ring">) => (data === "here" ? handOver(workers) : rung());
  worker.onerror = () => handOver(own);
  return {
    set: (ms) => {
      dueMs = performance.now() + ms;
      keeper.set(ms);
    },
    clear: () => {
      dueMs = null;
      keeper.clear();
    },
    close: () => {
      own.clear();
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
