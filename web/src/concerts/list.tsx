import { answer, api, type Schemas } from "~/api/client";
import { text } from "~/concerts/messages";
import { moment, money } from "~/i18n/format";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Page } from "~/ui/page";

export function Concerts() {
  const { data, error, reload } = useLoaded((signal) => answer(api.GET("/api/v1/concerts", { signal })), []);
  const words = text();
  return (
    <Page title={words.concerts}>
      <Failure error={error} again={reload} />
      {!data && !error && <p aria-busy="true">{common().loading}</p>}
      {data?.items.length === 0 && <p>{words.none}</p>}
      <ul class="cards">
        {data?.items.map((concert) => (
          <li key={concert.id}>
            <ConcertCard concert={concert} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function ConcertCard({ concert }: { concert: Schemas["ConcertReply"] }) {
  const prices = concert.performances.flatMap((performance) => performance.tiers.map((tier) => tier.price_minor));
  const first = concert.performances[0];
  return (
    <a class="card concert" href={`/concerts/${concert.id}`}>
      <h2>{concert.title}</h2>
      <p>{concert.artist}</p>
      {first && (
        <p class="hint">
          {moment(first.starts_at, "short")} · {first.venue}
        </p>
      )}
      {prices.length > 0 && <p class="price">{text().from(money(Math.min(...prices), concert.currency))}</p>}
    </a>
  );
}
