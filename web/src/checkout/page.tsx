import { useEffect } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { answer, api } from "~/api/client";
import "~/checkout/checkout.css";
import { dropOldHolds, forgetHold, foundHold, type Hold, keepHold, keptHold } from "~/checkout/hold";
import { text } from "~/checkout/messages";
import { Over } from "~/checkout/over";
import { endOf } from "~/checkout/paying";
import { usePayment } from "~/checkout/payment";
import { Review } from "~/checkout/review";
import { nowMs } from "~/kernel/clock";
import { SignedIn } from "~/session/signed-in";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Page } from "~/ui/page";
import { Unanswered } from "~/ui/unanswered";

export function CheckoutPage() {
  const { params } = useRoute();
  const id = params.hold ?? "";
  return (
    <Page title={text().checkout}>
      <SignedIn>{(fanId) => <Checkout key={id} fanId={fanId} holdId={id} />}</SignedIn>
    </Page>
  );
}

/** From the hold to the tickets. A payment that was confirmed goes on even where the hold is gone: it may be the reason. */
function Checkout({ fanId, holdId }: { fanId: string; holdId: string }) {
  const { route } = useLocation();
  const payment = usePayment(fanId, holdId);
  const state = payment.state.value;
  const { data: found, reload } = useLoaded((signal) => find(holdId, signal), [holdId]);
  useEffect(() => {
    if (state.kind !== "done") return;
    forgetHold(holdId);
    route(`/reservations/${state.answer.reservation.id}?new`, true);
  }, [state]);
  const words = text();
  if (state.kind === "done") return <p role="status">{words.paid}</p>;
  const hold = found?.kind === "live" ? found.hold : state.kind === "idle" ? null : keptHold(holdId);
  if (hold) return <Review fanId={fanId} hold={hold} payment={payment} />;
  if (state.kind === "asking")
    return (
      <>
        <p aria-busy="true">{words.paying}</p>
        <Unanswered state={state} tryNow={payment.wake} asking={words.paying} lost={words.lost} busy={words.busy} />
      </>
    );
  if (state.kind === "refused" && endOf(state.error)) return <Over why={endOf(state.error) ?? "gone"} hold={null} />;
  if (found?.kind === "gone") return <Over why="gone" hold={found.kept} />;
  if (found?.kind === "failed") return <Failure error={found.error} again={reload} />;
  return <p aria-busy="true">{common().loading}</p>;
}

async function find(holdId: string, signal: AbortSignal) {
  const asked = answer(api.GET("/api/v1/holds/{hold_id}", { params: { path: { hold_id: holdId } }, signal }));
  const answered: Hold | { error: unknown } = await asked.catch((error) => {
    if (signal.aborted) throw error;
    return { error };
  });
  const found = foundHold(answered, keptHold(holdId), nowMs());
  dropOldHolds(nowMs());
  if (found.kind === "live") keepHold(found.hold);
  return found;
}
