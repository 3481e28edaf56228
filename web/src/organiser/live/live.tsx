import { useEffect, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { answer, api } from "~/api/client";
import { number } from "~/i18n/format";
import { SaleControls } from "~/organiser/concerts/sale-controls";
import { Admission } from "~/organiser/live/admission";
import { Audit } from "~/organiser/live/audit";
import { Charts } from "~/organiser/live/charts";
import { Files } from "~/organiser/live/files";
import { HeatMap } from "~/organiser/live/heat-map";
import { useHistory } from "~/organiser/live/history";
import { text } from "~/organiser/live/messages";
import { Numbers, sampleOf } from "~/organiser/live/numbers";
import { STALE_MS, usePolled } from "~/organiser/live/polled";
import { text as organiser } from "~/organiser/messages";
import { Operators } from "~/organiser/operators";
import { PhaseBadge } from "~/organiser/phase";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Notice } from "~/ui/notice";
import "~/organiser/live/live.css";

export function LiveSale() {
  const { id } = useRoute().params;
  return <Operators title={text().title}>{() => <Live key={id} concertId={id as string} />}</Operators>;
}

function Live({ concertId }: { concertId: string }) {
  const params = { path: { concert_id: concertId } };
  const sale = useLoaded(
    (signal) => answer(api.GET("/api/v1/admin/sales/{concert_id}", { params, signal })),
    [concertId],
  );
  const live = usePolled(
    (signal) => answer(api.GET("/api/v1/admin/concerts/{concert_id}/live", { params, signal })),
    [concertId],
  );
  const series = useHistory(concertId, live.data && sampleOf(live.data));
  const words = text();
  if (!sale.data || !live.data)
    return sale.error || live.error ? (
      <Failure error={sale.error ?? live.error} again={sale.reload} />
    ) : (
      <p aria-busy="true">{common().loading}</p>
    );
  const { concert } = sale.data;
  return (
    <>
      <div class="between">
        <p class="lead">
          <strong>{concert.title}</strong> · {concert.artist} <PhaseBadge phase={live.data.phase} />
        </p>
        <a class="button quiet" href={`/organiser/concerts/${concertId}`}>
          {organiser().manage}
        </a>
      </div>
      <Freshness answeredMs={live.answeredMs} />
      <Numbers live={live.data} series={series} />
      <div class="columns">
        <Admission concertId={concertId} live={live.data} changed={live.hurry} />
        <SaleControls concertId={concertId} phase={live.data.phase} changed={live.hurry} />
      </div>
      {concert.performances.length > 0 && <HeatMap performances={concert.performances} />}
      <h2>{words.charts}</h2>
      <Charts series={series} />
      <div class="columns">
        <Audit concertId={concertId} performances={concert.performances} />
        <Files concertId={concertId} name={concert.title} />
      </div>
    </>
  );
}

/** Says how old the numbers are as soon as they are older than they should be. */
function Freshness({ answeredMs }: { answeredMs: number | null }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const ageMs = answeredMs === null ? 0 : now - answeredMs;
  const words = text();
  if (ageMs <= STALE_MS + 500) return <p class="hint fresh">{words.fresh}</p>;
  return (
    <Notice kind="warning">
      <p>{words.stale(number(Math.round(ageMs / 1000)))}</p>
    </Notice>
  );
}
