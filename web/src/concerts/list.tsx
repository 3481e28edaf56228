import { useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import "~/concerts/concerts.css";
import { text } from "~/concerts/messages";
import { moment, money, number } from "~/i18n/format";
import { useAction, useLoaded } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Page } from "~/ui/page";

type Concert = Schemas["ConcertReply"];
type Portion = { items: Concert[]; next: string | null };

const PORTION = 12;

/** One page of the list, from `cursor` on. */
async function portion(cursor: string | null, signal: AbortSignal | null): Promise<Portion> {
  const query = { limit: PORTION, ...(cursor ? { cursor } : {}) };
  return answer(api.GET("/api/v1/concerts", { params: { query }, ...(signal ? { signal } : {}) }));
}

export function Concerts() {
  const { data, error, reload } = useLoaded((signal) => portion(null, signal), []);
  const [more, setMore] = useState<Portion | null>(null);
  const next = more ? more.next : data?.next;
  const further = useAction(async () => {
    const got = await portion(next ?? null, null);
    setMore((before) => ({ items: [...(before?.items ?? []), ...got.items], next: got.next }));
  });
  const words = text();
  const shown = new Map([...(data?.items ?? []), ...(more?.items ?? [])].map((concert) => [concert.id, concert]));
  return (
    <Page title={words.concerts}>
      <Failure error={error} again={reload} />
      {!data && !error && <p aria-busy="true">{common().loading}</p>}
      {data?.items.length === 0 && <p>{words.none}</p>}
      <ul class="cards">
        {[...shown.values()].map((concert) => (
          <li key={concert.id}>
            <ConcertCard concert={concert} />
          </li>
        ))}
      </ul>
      <Failure error={further.error} />
      {next && (
        <p class="more">
          <Button kind="quiet" busy={further.busy} press={further.run}>
            {common().more}
          </Button>
        </p>
      )}
    </Page>
  );
}

function ConcertCard({ concert }: { concert: Concert }) {
  const words = text();
  const { performances, currency } = concert;
  const prices = performances.flatMap((performance) => performance.tiers.map((tier) => tier.price_minor));
  const [first] = performances;
  return (
    <a class="card concert" href={`/concerts/${concert.id}`}>
      <h2>{concert.title}</h2>
      <p>{concert.artist}</p>
      {first && (
        <p class="hint">
          {moment(first.starts_at, "short")}
          {performances.length > 1 && ` ${words.moreDates(number(performances.length - 1))}`} · {first.venue}
        </p>
      )}
      {prices.length > 0 && <p class="price">{words.from(money(Math.min(...prices), currency))}</p>}
    </a>
  );
}
