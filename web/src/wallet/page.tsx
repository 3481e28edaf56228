import { useState } from "preact/hooks";
import { answer, api } from "~/api/client";
import { money } from "~/i18n/format";
import { SignedIn } from "~/session/signed-in";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";
import { Page } from "~/ui/page";
import { History } from "~/wallet/history";
import { text } from "~/wallet/messages";
import { TopUp } from "~/wallet/top-up";
import "~/wallet/wallet.css";

export function WalletPage() {
  return (
    <Page title={text().wallet}>
      <SignedIn>{(fanId) => <Wallet fanId={fanId} />}</SignedIn>
    </Page>
  );
}

function Wallet({ fanId }: { fanId: string }) {
  const [turn, setTurn] = useState(0);
  const { data, error, reload } = useLoaded((signal) => answer(api.GET("/api/v1/wallet", { signal })), [fanId, turn]);
  const words = text();
  return (
    <>
      <Failure error={error} again={reload} />
      {!data && !error && <p aria-busy="true">{common().loading}</p>}
      {data && (
        <div class="wallet">
          <section class="card" aria-label={words.balance}>
            <p class="hint">{words.balance}</p>
            <p class="balance">{money(data.balance_minor, data.currency)}</p>
            <TopUp fanId={fanId} currency={data.currency} toppedUp={() => setTurn((before) => before + 1)} />
          </section>
          <History currency={data.currency} turn={turn} />
        </div>
      )}
    </>
  );
}
