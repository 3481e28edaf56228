import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answer, api } from "~/api/client";
import { Refusal } from "~/api/failures";
import { clockface } from "~/i18n/format";
import { forgetHold, keptHold, secondsLeft } from "~/seats/held";
import { text } from "~/seats/messages";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Notice } from "~/ui/notice";
import { useNow } from "~/ui/time";

/** A hold of before that still lives: pay for it, or give it back. */
export function Kept({ performanceId, gaveBack }: { performanceId: string; gaveBack: () => void }) {
  const [hold, setHold] = useState(() => keptHold(performanceId));
  const { route } = useLocation();
  const now = useNow();
  const words = text();
  useEffect(() => {
    if (!hold) return;
    // The service knows whether it still lives: it may have been paid for, or given back, in another tab.
    api
      .GET("/api/v1/holds/{hold_id}", { params: { path: { hold_id: hold.id } } })
      .then(({ response }) => response.status === 404 && setHold(null))
      .catch(() => {});
  }, []);
  const giveBack = useAction(async () => {
    if (!hold) return;
    await answer(api.DELETE("/api/v1/holds/{hold_id}", { params: { path: { hold_id: hold.id } } })).catch((error) => {
      if (!(error instanceof Refusal) || error.code !== "not_found") throw error;
    });
    forgetHold(hold);
    setHold(null);
    gaveBack();
  });
  const left = hold ? secondsLeft(hold.expires_at, now) : 0;
  if (!hold || left === 0) return null;
  return (
    <Notice kind="info">
      <p>{words.kept(clockface(left))}</p>
      <div class="buttons">
        <Button press={() => route(`/checkout/${hold.id}`)}>{words.pay}</Button>
        <Button kind="quiet" busy={giveBack.busy} press={giveBack.run}>
          {words.giveBack}
        </Button>
      </div>
      <Failure error={giveBack.error} />
    </Notice>
  );
}
