import { useMemo, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { isMissing, MissingConcert } from "~/concerts/missing";
import { moment } from "~/i18n/format";
import { language } from "~/i18n/language";
import { appearance, countFree, looksOf } from "~/seats/appearance";
import { useStanding } from "~/seats/inside";
import { Kept } from "~/seats/kept";
import { Legend } from "~/seats/legend";
import { SeatList } from "~/seats/list";
import { loadSale, type Sale } from "~/seats/load";
import { SeatMap, type Section } from "~/seats/map";
import { text } from "~/seats/messages";
import { price, seatName, tierName } from "~/seats/names";
import { Inside, LossNotice, SaleNotice } from "~/seats/notices";
import { Panel } from "~/seats/panel";
import { usePicking } from "~/seats/picking";
import { holdSentence } from "~/seats/refusals";
import { type Availability, useAvailability } from "~/seats/watch";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Notice } from "~/ui/notice";
import { Page } from "~/ui/page";
import "~/seats/seats.css";

export function Seats() {
  // As of this page's own route: the location is the next page's already while that one loads.
  const { params, query } = useRoute();
  const id = params.id as string;
  const { data, error, reload } = useLoaded((signal) => loadSale(id, query.concert, signal), [id, query.concert]);
  const availability = useAvailability(id);
  const words = text();
  if (isMissing(error)) return <MissingConcert />;
  return (
    <Page title={data?.concert.title ?? words.title} wide>
      <Failure error={error} again={reload} />
      {!data && !error && <p aria-busy="true">{common().loading}</p>}
      {data && <Choosing sale={data} availability={availability} />}
    </Page>
  );
}

type View = "map" | "list";

function Choosing({ sale, availability }: { sale: Sale; availability: Availability }) {
  const { concert, performance, layout } = sale;
  const { taken, error } = availability;
  const [view, setView] = useState<View>("map");
  const picking = usePicking(sale, availability);
  const free = useMemo(() => taken && countFree(layout, taken), [layout, taken]);
  const standing = useStanding(concert.id, free?.total === 0);
  const looks = useMemo(() => looksOf(layout.tiers), [layout]);
  const words = text();
  const { chosen, loss, hold } = picking;
  const closed = standing.data?.phase === "closed";
  return (
    <>
      <p class="hint seat-when">
        {moment(performance.starts_at)} · {performance.venue}
      </p>
      <Kept performanceId={performance.id} gaveBack={availability.look} />
      <SaleNotice phase={standing.data?.phase} free={free?.total ?? null} />
      {!closed && <Inside place={standing.data?.place ?? null} concertId={concert.id} />}
      <Failure error={error} />
      <Legend sale={sale} looks={looks} free={free} />
      <fieldset class="seat-views">
        <legend class="visually-hidden">{words.views}</legend>
        {(["map", "list"] as const).map((each) => (
          <button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
            {words[each]}
          </button>
        ))}
      </fieldset>
      <div class="seat-stage">
        <div class="seat-view">
          <div class="seat-picture" hidden={view !== "map"}>
            <Picture sale={sale} taken={taken} looks={looks} picking={picking} />
          </div>
          {view === "list" && taken && free && (
            <SeatList sale={sale} taken={taken} free={free} chosen={chosen} press={picking.press} />
          )}
        </div>
        <div class="seat-side">
          {loss && <LossNotice sale={sale} loss={loss} take={picking.takeOffer} dismiss={picking.dismiss} />}
          <p class={picking.said.refused ? "seat-said" : "visually-hidden"} role="status">
            {picking.said.words}
          </p>
          {hold.error !== null && (
            <Notice kind="error">
              <p>{holdSentence(hold.error, free?.total ?? null)}</p>
            </Notice>
          )}
          {!closed && (
            <Panel
              sale={sale}
              hint={view === "map" ? words.hint(picking.most) : words.listHint(picking.most)}
              most={picking.most}
              chosen={chosen}
              busy={hold.busy}
              drop={picking.press}
              hold={() => hold.run({ seats: [...chosen].sort((one, other) => one - other), best_available: null })}
              best={(count, tier) => hold.run({ seats: null, best_available: { count, tier } })}
            />
          )}
        </div>
      </div>
    </>
  );
}

interface MapGiven {
  sale: Sale;
  taken: Uint8Array | null;
  looks: ReturnType<typeof looksOf>;
  picking: ReturnType<typeof usePicking>;
}

function Picture({ sale, taken, looks, picking: { chosen, ringed, press } }: MapGiven) {
  const { layout } = sale;
  const words = text();
  const lookOf = useMemo(() => appearance(layout, taken, chosen), [layout, taken, chosen]);
  const free = useMemo(() => taken && countFree(layout, taken), [layout, taken]);
  const note = useMemo(() => {
    return (section: Section) => (free ? words.free(free.bySection[section.at] as number) : "");
  }, [free, language.value]);
  const tell = ({ seat, section }: { seat: number | null; section: Section | null }) => {
    if (seat === null) return section && `${section.name} · ${note(section)}`;
    const state = lookOf[seat] === layout.tiers.length ? words.taken : price(sale, seat);
    return `${seatName(sale, seat)} · ${tierName(sale, seat)} · ${state}`;
  };
  return (
    <SeatMap
      layout={layout}
      looks={looks}
      lookOf={lookOf}
      label={words.mapLabel}
      words={words}
      chosen={chosen}
      ringed={ringed}
      note={note}
      onSeat={press}
      tell={tell}
    />
  );
}
