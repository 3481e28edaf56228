/** What this tab has seen of a sale, through reloads and visits of other pages. */

import { useEffect, useRef, useState } from "preact/hooks";
import { nowMs } from "~/kernel/clock";
import { keepSeries, recallSeries } from "~/organiser/live/kept";
import { type Sample, withSample } from "~/organiser/live/series";
import { session } from "~/session/session";

/** After a longer pause a line from before to now would tell of what nobody saw. */
const PAUSE_MAX_MS = 5 * 60_000;
/** Clocks of instances differ by less; what was kept from further ahead would hold up everything that comes. */
const BACK_MAX_MS = 5_000;

/** The samples of one sale, those of before a reload among them; `sample` is the newest, null before the first answer. */
export function useHistory(concertId: string, sample: Sample | null): readonly Sample[] {
  const [series, setSeries] = useState(() => recallSeries(concertId, nowMs()));
  useEffect(() => {
    if (sample) setSeries((before) => withSample(goesOn(before, sample) ? before : [], sample));
  }, [sample?.atMs]);
  const latest = useRef(series);
  latest.current = series;
  useEffect(() => {
    const operatorId = session.value?.user.id;
    const leave = () => {
      if (session.value?.user.id === operatorId) keepSeries(concertId, latest.current);
    };
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, [concertId]);
  return series;
}

function goesOn(series: readonly Sample[], sample: Sample): boolean {
  const last = series.at(-1);
  if (!last) return true;
  const pauseMs = sample.atMs - last.atMs;
  return pauseMs >= -BACK_MAX_MS && pauseMs <= PAUSE_MAX_MS;
}
