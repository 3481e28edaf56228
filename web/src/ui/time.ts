import { useEffect, useState } from "preact/hooks";
import { nowMs } from "~/kernel/clock";

/** The service's time in ms, anew every `everyMs` while the page is seen, and at once when it is seen again. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    const tick = () => setNow(nowMs());
    const timer = setInterval(tick, everyMs);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }, [everyMs]);
  return now;
}
