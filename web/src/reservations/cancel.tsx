import { useEffect, useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { moment, money } from "~/i18n/format";
import { text } from "~/reservations/messages";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Failure } from "~/ui/failure";
import { Notice } from "~/ui/notice";
import { useSettlement } from "~/ui/settlement";
import { Unanswered } from "~/ui/unanswered";

interface Given {
  fanId: string;
  reservation: Schemas["ReservationReply"];
  /** The reservation is not what it was. */
  changed: () => void;
}

/** Gives a whole reservation back, once, after saying what comes back; and tells afterwards what came back. */
export function Cancellation({ fanId, reservation, changed }: Given) {
  const [asking, setAsking] = useState(false);
  const settlement = useSettlement<string, Schemas["RefundReply"]>(
    () => ({
      fanId,
      name: `cancel-${reservation.id}`,
      key: () => `cancel-${reservation.id}`,
      send: (reservation_id, key, signal) =>
        answer(
          api.POST("/api/v1/reservations/{reservation_id}/cancellation", {
            params: { path: { reservation_id }, header: { "Idempotency-Key": key } },
            signal,
          }),
        ),
    }),
    [fanId, reservation.id],
  );
  const state = settlement.state.value;
  useEffect(() => {
    if (state.kind === "done" || state.kind === "refused") changed();
  }, [state]);
  const words = text();
  const shown = (minor: number) => money(minor, reservation.currency);
  const confirmed = reservation.status === "confirmed";
  return (
    <div class="cancellation">
      {state.kind === "done" && (
        <Notice kind="good">
          <p>{words.cancelled(shown(state.answer.amount_minor), shown(state.answer.balance_minor))}</p>
        </Notice>
      )}
      {state.kind === "refused" && <Refused error={state.error} />}
      {state.kind === "idle" && reservation.cancelled_at && (
        <Notice kind="info">
          <p>{words.cancelledAt(moment(reservation.cancelled_at, "short"))}</p>
        </Notice>
      )}
      <Unanswered
        state={state}
        tryNow={settlement.wake}
        asking={words.cancelling}
        lost={words.lost}
        busy={words.busy}
      />
      {confirmed && state.kind !== "done" && (
        <Button kind="danger" busy={state.kind === "asking"} press={() => setAsking(true)}>
          {state.kind === "asking" ? words.cancelling : words.cancel}
        </Button>
      )}
      <Dialog open={asking} title={words.cancelTitle} close={() => setAsking(false)}>
        <p>{words.cancelText(reservation.tickets.length, shown(reservation.total_minor))}</p>
        <div class="buttons">
          <Button press={() => setAsking(false)}>{words.keep}</Button>
          <Button
            kind="danger"
            press={() => {
              setAsking(false);
              settlement.confirm(reservation.id);
            }}
          >
            {words.cancelYes}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

function Refused({ error }: { error: { code: string } }) {
  const words = text();
  if (error.code === "already_cancelled")
    return (
      <Notice kind="info">
        <p>{words.alreadyCancelled}</p>
      </Notice>
    );
  if (error.code === "conflict")
    return (
      <Notice kind="error">
        <p>{words.begun}</p>
      </Notice>
    );
  return <Failure error={error} />;
}
