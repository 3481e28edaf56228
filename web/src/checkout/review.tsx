import { useLayoutEffect, useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { Countdown } from "~/checkout/countdown";
import { GiveBack } from "~/checkout/give-back";
import type { Hold } from "~/checkout/hold";
import { text } from "~/checkout/messages";
import { Over } from "~/checkout/over";
import { outcome } from "~/checkout/paying";
import type { PaymentSettlement } from "~/checkout/payment";
import { SeatList } from "~/checkout/seat-list";
import { Sums } from "~/checkout/sums";
import { Occasion } from "~/concerts/occasion";
import { money } from "~/i18n/format";
import { useLoaded } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Notice } from "~/ui/notice";
import { useNow } from "~/ui/time";
import { Unanswered } from "~/ui/unanswered";
import { text as wallets } from "~/wallet/messages";
import { TopUp } from "~/wallet/top-up";

/** What is about to be paid, from what, and the buttons that do it. */
export function Review({ fanId, hold, payment }: { fanId: string; hold: Hold; payment: PaymentSettlement }) {
  const [topUp, setTopUp] = useState<Schemas["ChargeReply"] | null>(null);
  const state = payment.state.value;
  const [balanceMinor, setBalanceMinor] = useState<number | null>(null);
  // After a refusal for lack of money the balance that was read before is not to be trusted.
  const { data: wallet } = useLoaded(
    (signal) => answer(api.GET("/api/v1/wallet", { signal })),
    [topUp?.id, state.kind === "refused"],
  );
  useLayoutEffect(() => {
    if (wallet) setBalanceMinor(wallet.balance_minor);
  }, [wallet]);
  const toppedUp = (reply: Schemas["ChargeReply"]) => {
    setTopUp(reply);
    setBalanceMinor(reply.balance_minor);
  };
  const known = { totalMinor: hold.total_minor, balanceMinor };
  const untilMs = Date.parse(hold.expires_at);
  const now = outcome(state, { ...known, untilMs }, useNow());
  const words = text();
  if (now.kind === "over") return <Over why={now.why} hold={hold} />;
  const missingMinor = now.kind === "open" ? now.missingMinor : 0;
  const shown = (minor: number) => money(minor, hold.currency);
  return (
    <div class="checkout">
      {now.kind !== "asking" && <Countdown untilMs={untilMs} />}
      <section class="card">
        <Occasion performanceId={hold.performance_id} />
        <SeatList hold={hold} />
      </section>
      <section class="card" aria-label={words.total}>
        <Sums hold={hold} balanceMinor={balanceMinor} />
        {now.kind === "stopped" && <Failure error={now.error} />}
        <Unanswered state={state} tryNow={payment.wake} asking={words.paying} lost={words.lost} busy={words.busy} />
        {missingMinor > 0 && (
          <Notice kind="info">
            <p>{words.topUpFirst(shown(missingMinor))}</p>
          </Notice>
        )}
        {missingMinor === 0 && topUp && now.kind === "open" && (
          <Notice kind="good">
            <p>{wallets().toppedUp(shown(topUp.amount_minor), shown(topUp.balance_minor))}</p>
          </Notice>
        )}
        <Button
          busy={now.kind === "asking"}
          disabled={missingMinor > 0}
          press={() => payment.confirm({ hold_id: hold.id })}
        >
          {now.kind === "asking" ? words.paying : words.pay(shown(hold.total_minor))}
        </Button>
      </section>
      {missingMinor > 0 && (
        <section class="card" aria-label={words.missing}>
          <h2>{wallets().topUp}</h2>
          <TopUp
            key={missingMinor}
            fanId={fanId}
            currency={hold.currency}
            missingMinor={missingMinor}
            toppedUp={toppedUp}
          />
        </section>
      )}
      {now.kind !== "asking" && <GiveBack hold={hold} />}
    </div>
  );
}
