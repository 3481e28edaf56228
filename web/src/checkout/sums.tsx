import type { Hold } from "~/checkout/hold";
import { text } from "~/checkout/messages";
import { money } from "~/i18n/format";

/** What it costs, what there is, and what is left or lacking. */
export function Sums({ hold, balanceMinor }: { hold: Hold; balanceMinor: number | null }) {
  const words = text();
  const rest = balanceMinor === null ? null : balanceMinor - hold.total_minor;
  return (
    <dl class="checkout-sums">
      <div class="total">
        <dt>{words.total}</dt>
        <dd>{money(hold.total_minor, hold.currency)}</dd>
      </div>
      {balanceMinor !== null && (
        <div>
          <dt>{words.balance}</dt>
          <dd>{money(balanceMinor, hold.currency)}</dd>
        </div>
      )}
      {rest !== null && (
        <div class={rest < 0 ? "lacking" : undefined}>
          <dt>{rest < 0 ? words.missing : words.afterwards}</dt>
          <dd>{money(Math.abs(rest), hold.currency)}</dd>
        </div>
      )}
    </dl>
  );
}
