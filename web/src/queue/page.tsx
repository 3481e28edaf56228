import { useEffect, useRef } from "preact/hooks";
import "~/concerts/concerts.css";
import { isMissing, MissingConcert } from "~/concerts/missing";
import { Opening } from "~/concerts/opening";
import { useConcert } from "~/concerts/page";
import { number } from "~/i18n/format";
import type { Driver } from "~/queue/driver";
import { Ended } from "~/queue/ended";
import { Inside } from "~/queue/inside";
import { useDriver } from "~/queue/line";
import { type Situation, type State, situation } from "~/queue/machine";
import { text } from "~/queue/messages";
import { allowSound, playWanted } from "~/queue/sound";
import "~/queue/queue.css";
import { Line } from "~/queue/waiting";
import { SignedIn } from "~/session/signed-in";
import { Failure } from "~/ui/failure";
import { Page } from "~/ui/page";
import { useNow } from "~/ui/time";

/** `/concerts/:id/queue`: needs a sign-in, and joins by itself. */
export function QueuePage({ id }: { id: string }) {
  return <SignedIn>{(fanId) => <Queue concertId={id} fanId={fanId} key={`${id} ${fanId}`} />}</SignedIn>;
}

function Queue({ concertId, fanId }: { concertId: string; fanId: string }) {
  const driver = useDriver(concertId, fanId);
  return driver && <Shown concertId={concertId} driver={driver} />;
}

function Shown({ concertId, driver }: { concertId: string; driver: Driver }) {
  const loaded = useConcert(concertId);
  const concert = loaded.data;
  const opensAt = concert?.sale_opens_at ?? null;
  useEffect(() => driver.opensAt(opensAt ? Date.parse(opensAt) : null), [driver, opensAt]);
  useEffect(allowSound, []);

  const state = driver.state.value;
  const now = useNow();
  const present = situation(state, now);
  const words = text();
  useTurn(present, driver);
  useTitle(present, state);
  if (isMissing(state.stopped)) return <MissingConcert />;
  return (
    <>
      {/* Said when it changes: the page's own figures change too often to be read aloud. */}
      <div class="visually-hidden" role="status">
        {troubleOf(state) ?? `${words.titles[present]}. ${words.says[present]}`}
      </div>
      <Page title={words.titles[present]} key={group(present)}>
        <p class="artist">
          <a href={`/concerts/${concertId}`}>{concert?.title ?? words.toConcert}</a>
        </p>
        {words.says[present] && <p>{words.says[present]}</p>}
        {state.trouble && <p class="notice warning">{troubleOf(state)}</p>}
        {present === "stopped" && <Failure error={state.stopped} again={() => driver.send({ kind: "again" })} />}
        {present === "scheduled" && opensAt && <Opening at={opensAt} />}
        {IN_LINE.has(present) && <Line concert={concert} state={state} send={(event) => driver.send(event)} />}
        {present === "inside" && <Inside concertId={concertId} concert={loaded} />}
        {(present === "over" || present === "left") && <Ended again={() => driver.send({ kind: "again" })} />}
      </Page>
    </>
  );
}

const IN_LINE: ReadonlySet<Situation> = new Set(["waiting", "next", "paused", "stalled"]);

/** A page of its own, with the focus on its heading, for each step of the way; not for each news while in line. */
function group(present: Situation): string {
  return IN_LINE.has(present) ? "line" : present;
}

function troubleOf({ trouble, place }: State): string | null {
  const words = text();
  return trouble && `${words.trouble[trouble]} ${place ? words.placeKept : words.byItself}`;
}

/** A sound when the turn comes while the page is open; one tab of several makes it. */
function useTurn(present: Situation, driver: Driver): void {
  const before = useRef(present);
  useEffect(() => {
    if (present === "inside" && before.current !== "inside" && driver.leads) playWanted();
    before.current = present;
  }, [present, driver]);
}

/** What a tab among many shows: how far it is, and that it is one's turn. */
function useTitle(present: Situation, { place }: State): void {
  const words = text();
  const ahead = present === "waiting" || present === "next" ? place?.ahead : undefined;
  const title =
    present === "inside"
      ? words.titleTurn
      : ahead === undefined
        ? words.titles[present]
        : words.titleAhead(number(ahead));
  useEffect(() => {
    if (present !== "stopped") document.title = `${title} · Boxoffice`;
  }, [title, present]);
}
