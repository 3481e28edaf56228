import { useEffect, useRef, useState } from "preact/hooks";
import type { Schemas } from "~/api/client";
import { useFree } from "~/concerts/live";
import { number } from "~/i18n/format";
import type { Event, State } from "~/queue/machine";
import { text } from "~/queue/messages";
import { estimate } from "~/queue/outlook";
import type { Place } from "~/queue/place";
import { soundWanted, wantSound } from "~/queue/sound";
import { Button } from "~/ui/button";
import { useNow } from "~/ui/time";

const FREE_EVERY_MS = 60_000;

interface Given {
  concert: Schemas["ConcertReply"] | null;
  state: State;
  send: (event: Event) => void;
}

/** The place in line: number, people ahead, the likely wait, and the ways to be told or to leave. */
export function Line({ concert, state, send }: Given) {
  const now = useNow();
  const { place, phase } = state;
  if (!place) return null;
  const words = text();
  const wait = phase === "open" || phase === null ? estimate(place.forecastsMs, now) : null;
  return (
    <>
      <div class="card queue-line">
        <dl>
          <Figure name={words.number} value={number(place.number)} />
          <Figure name={words.ahead} value={number(place.ahead)} />
          <Figure name={words.wait} value={wait ? words.range(wait) : words.unsure} small />
        </dl>
        <progress max={1} value={place.progress} aria-label={words.progress} />
        <p class="hint">{place.called ? words.keptCalled : words.kept}</p>
      </div>
      {concert && <SoldOut concert={concert} />}
      <label class="queue-sound">
        <input
          type="checkbox"
          checked={soundWanted.value}
          onChange={(event) => wantSound(event.currentTarget.checked)}
        />
        {words.sound}
      </label>
      <Leave place={place} leaving={state.leaving} leave={() => send({ kind: "leave" })} />
    </>
  );
}

function Figure({ name, value, small = false }: { name: string; value: string; small?: boolean }) {
  return (
    <div class={small ? "queue-figure small" : "queue-figure"}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function SoldOut({ concert }: { concert: Schemas["ConcertReply"] }) {
  const ids = concert.performances.map((performance) => performance.id);
  const free = useFree(ids, FREE_EVERY_MS);
  const soldOut = free && free.size === ids.length && ids.length > 0 && [...free.values()].every((each) => !each.free);
  return soldOut ? <p class="notice info">{text().soldOut}</p> : null;
}

/** Leaving cannot be taken back, so it asks first; the answer that changes nothing has the focus. */
function Leave({ place, leaving, leave }: { place: Place; leaving: boolean; leave: () => void }) {
  const [asking, setAsking] = useState(false);
  const question = useRef<HTMLElement>(null);
  useEffect(() => {
    if (asking) question.current?.querySelector("button")?.focus();
  }, [asking]);
  const words = text();
  if (!asking && !leaving)
    return (
      <p>
        <Button kind="quiet" press={() => setAsking(true)}>
          {words.leave}
        </Button>
      </p>
    );
  return (
    <section class="card queue-leave" aria-label={words.leave} ref={question}>
      <p>{words.leaveAsk(number(place.number))}</p>
      <Button kind="quiet" press={() => setAsking(false)}>
        {words.leaveNo}
      </Button>
      <Button kind="danger" busy={leaving} press={leave}>
        {words.leaveYes}
      </Button>
    </section>
  );
}
