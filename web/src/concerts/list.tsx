import { answer, api, type Schemas } from "~/api/client";
import "~/concerts/concerts.css";
import { text } from "~/concerts/messages";
import { ToTickets } from "~/concerts/to-tickets";
import { moment, money, number } from "~/i18n/format";
import { nowMs } from "~/kernel/clock";
import { keptReservations } from "~/reservations/kept";
import { Notice } from "~/ui/notice";
import { Page } from "~/ui/page";
import { First, More, usePages } from "~/ui/pages";

const PORTION = 12;

export function Concerts() {
  const concerts = usePages((cursor, signal) => {
    const query = { limit: PORTION, ...(cursor && { cursor }) };
    return answer(api.GET("/api/v1/concerts", { params: { query }, signal }));
  }, []);
  const words = text();
  return (
    <Page title={words.concerts}>
      {concerts.error !== null && <KeptTickets />}
      <First pages={concerts} none={words.none} />
      <ul class="cards">
        {concerts.items?.map((concert) => (
          <li key={concert.id}>
            <ConcertCard concert={concert} />
          </li>
        ))}
      </ul>
      <More pages={concerts} />
    </Page>
  );
}

/** The way to the door for whoever opens the first page there that comes to mind, without a network. */
function KeptTickets() {
  if (keptReservations(nowMs()).length === 0) return null;
  const words = text();
  return (
    <Notice kind="info">
      <p>{words.ticketsKept}</p>
      <ToTickets main />
    </Notice>
  );
}

function ConcertCard({ concert }: { concert: Schemas["ConcertReply"] }) {
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
