import { useRoute } from "preact-iso";
import { answer, api } from "~/api/client";
import { Refusal } from "~/api/failures";
import { Occasion } from "~/concerts/occasion";
import { moment, money } from "~/i18n/format";
import { Cancellation } from "~/reservations/cancel";
import { text } from "~/reservations/messages";
import "~/reservations/reservations.css";
import { Ticket } from "~/reservations/ticket";
import { SignedIn } from "~/session/signed-in";
import { useLoaded } from "~/ui/async";
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
      <SignedIn>{(fanId) => <Reservation key={id} fanId={fanId} id={id} />}</SignedIn>
    </Page>
  );
}

function Reservation({ fanId, id }: { fanId: string; id: string }) {
  const { query } = useRoute();
  const { data, error, reload } = useLoaded(
    (signal) =>
      answer(api.GET("/api/v1/reservations/{reservation_id}", { params: { path: { reservation_id: id } }, signal })),
    [fanId, id],
  );
  const words = text();
  if (error instanceof Refusal && error.code === "not_found")
    return (
      <Notice kind="warning">
        <h2>{words.missing}</h2>
        <p>{words.missingText}</p>
      </Notice>
    );
  if (!data) return error ? <Failure error={error} again={reload} /> : <p aria-busy="true">{common().loading}</p>;
  const confirmed = data.status === "confirmed";
  return (
    <>
      {"new" in query && confirmed && (
        <Notice kind="good">
          <h2>{words.thanks}</h2>
          <p>{words.thanksText}</p>
        </Notice>
      )}
      <Occasion performanceId={data.performance_id} concertId={data.concert_id} />
      <p>
        {words.count(data.tickets.length)} · {money(data.total_minor, data.currency)}
        <br />
        <span class="hint">{words.reservedAt(moment(data.created_at, "short"))}</span>
      </p>
      {confirmed && <p class="door">{words.door}</p>}
      <ul class="tickets">
        {data.tickets.map((ticket) => (
          <Ticket key={ticket.id} ticket={ticket} currency={data.currency} />
        ))}
      </ul>
      <div class="actions">
        {confirmed && (
          <Button kind="quiet" press={() => print()}>
            {words.print}
          </Button>
        )}
        <Cancellation fanId={fanId} reservation={data} changed={reload} />
      </div>
    </>
  );
}
