import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answer, api } from "~/api/client";
import { Refusal } from "~/api/failures";
import { forgetHold, type Hold } from "~/checkout/hold";
import { text } from "~/checkout/messages";
import { seatsPath } from "~/checkout/over";
import { concertOf } from "~/concerts/known";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Failure } from "~/ui/failure";

/** Gives the seats back before their time, once the fan has said so twice. */
export function GiveBack({ hold }: { hold: Hold }) {
  const { route } = useLocation();
  const [asking, setAsking] = useState(false);
  const release = useAction(async () => {
    const path = { hold_id: hold.id };
    await answer(api.DELETE("/api/v1/holds/{hold_id}", { params: { path } })).catch((error) => {
      // Gone already is as good: a repeat of an answer that was lost, or its time was over.
      if (!(error instanceof Refusal && error.code === "not_found")) throw error;
    });
    forgetHold(hold.id);
    const concert = await concertOf(hold.performance_id).catch(() => null);
    route(concert ? seatsPath(hold.performance_id, concert.id) : "/", true);
  });
  const words = text();
  return (
    <>
      <p>
        <Button kind="quiet" press={() => setAsking(true)}>
          {words.giveBack}
        </Button>
      </p>
      <Dialog open={asking} title={words.giveBackTitle} close={() => setAsking(false)}>
        <p>{words.giveBackText}</p>
        <Failure error={release.error} />
        <div class="buttons">
          <Button press={() => setAsking(false)}>{words.keepSeats}</Button>
          <Button kind="danger" busy={release.busy} press={() => release.run()}>
            {words.giveBackYes}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
