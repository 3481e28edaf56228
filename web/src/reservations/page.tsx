import { useRoute } from "preact-iso";
import { Refusal } from "~/api/failures";
import { Occasion } from "~/concerts/occasion";
import { moment, money } from "~/i18n/format";
import { nowMs } from "~/kernel/clock";
import { shellReady } from "~/offline/shell";
import { Cancellation } from "~/reservations/cancel";
import { Copy } from "~/reservations/copy";
import { keptReservation } from "~/reservations/kept";
import { Lapsed } from "~/reservations/lapsed";
import { text } from "~/reservations/messages";
import "~/reservations/reservations.css";
import { Ticket } from "~/reservations/ticket";
import { useReservation } from "~/reservations/told";
import { lapsed } from "~/session/session";
import { SignedIn } from "~/session/signed-in";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Notice } from "~/ui/notice";
import { Page } from "~/ui/page";

export function ReservationPage() {
  const { params } = useRoute();
  const id = params.id ?? "";
  return (
    <Page title={text().tickets}>
      <SignedIn lapsedToo={keptReservation(id, nowMs()) !== null}>
        {(fanId) => <Reservation key={id} fanId={fanId} id={id} />}
      </SignedIn>
    </Page>
  );
}

function Reservation({ fanId, id }: { fanId: string; id: string }) {
  const { query } = useRoute();
  const { data, error, kept, reload } = useReservation(fanId, id);
  const words = text();
  if (error instanceof Refusal && error.code === "not_found")
    return (
      <Notice kind="warning">
        <h2>{words.missing}</h2>
        <p>{words.missingText}</p>
      </Notice>
    );
  const shown = data ?? kept?.reservation;
  if (!shown) return error ? <Failure error={error} again={reload} /> : <p aria-busy="true">{common().loading}</p>;
  const confirmed = shown.status === "confirmed";
  return (
    <>
      {kept && lapsed.value && <Lapsed kept={kept} />}
      {!data && kept && !lapsed.value && <Copy kept={kept} error={error} again={reload} />}
      {"new" in query && confirmed && (
        <Notice kind="good">
          <h2>{words.thanks}</h2>
          <p>{words.thanksText}</p>
        </Notice>
      )}
      <Occasion performanceId={shown.performance_id} concertId={shown.concert_id} kept={kept?.event} />
      <p>
        {words.count(shown.tickets.length)} · {money(shown.total_minor, shown.currency)}
        <br />
        <span class="hint">{words.reservedAt(moment(shown.created_at, "short"))}</span>
      </p>
      {confirmed && (
        <p class="door">
          {words.door} {data && kept && shellReady.value && words.kept}
        </p>
      )}
      <ul class="tickets">
        {shown.tickets.map((ticket) => (
          <Ticket key={ticket.id} ticket={ticket} currency={shown.currency} />
        ))}
      </ul>
      <div class="buttons">
        {confirmed && (
          <Button kind="quiet" press={() => print()}>
            {words.print}
          </Button>
        )}
        {data && !lapsed.value && <Cancellation fanId={fanId} reservation={data} changed={reload} />}
      </div>
    </>
  );
}
