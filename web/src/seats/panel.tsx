import { useState } from "preact/hooks";
import "~/seats/panel.css";
import { money } from "~/i18n/format";
import { total } from "~/seats/choice";
import type { Sale } from "~/seats/load";
import { text } from "~/seats/messages";
import { price, seatName, tierName } from "~/seats/names";
import { Button } from "~/ui/button";

interface Given {
  sale: Sale;
  hint: string;
  most: number;
  chosen: readonly number[];
  busy: boolean;
  drop: (no: number) => void;
  hold: () => void;
  best: (count: number, tier: string | null) => void;
}

/** What is chosen and what it costs; with nothing chosen, the best seats together. */
export function Panel({ sale, hint, most, chosen, busy, drop, hold, best }: Given) {
  const words = text();
  if (chosen.length === 0) {
    return (
      <aside class="seat-panel card" aria-label={words.best}>
        <p class="hint">{hint}</p>
        <h2>{words.best}</h2>
        <Best sale={sale} most={most} busy={busy} best={best} />
      </aside>
    );
  }
  return (
    <aside class="seat-panel card" aria-label={words.mine(chosen.length, most)}>
      <h2>{words.mine(chosen.length, most)}</h2>
      <ul class="seat-chosen">
        {chosen.map((no) => (
          <li key={no}>
            <span>
              {seatName(sale, no)} <small>{tierName(sale, no)}</small>
            </span>
            <span class="price">{price(sale, no)}</span>
            <button type="button" aria-label={words.remove(seatName(sale, no))} onClick={() => drop(no)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      <p class="seat-total">
        <span>{words.total}</span>
        <strong>{money(total(chosen, sale.priceOf), sale.concert.currency)}</strong>
      </p>
      <Button busy={busy} press={hold}>
        {words.hold}
      </Button>
      <p class="hint roomy">{words.holdHint}</p>
    </aside>
  );
}

function Best({ sale, most, busy, best }: Pick<Given, "sale" | "most" | "busy" | "best">) {
  const words = text();
  const [count, setCount] = useState(Math.min(2, most));
  const [tier, setTier] = useState("");
  return (
    <form
      class="seat-best"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) best(count, tier || null);
      }}
    >
      <div class="field">
        <label for="best-count">{words.howMany}</label>
        <select id="best-count" value={count} onChange={(event) => setCount(Number(event.currentTarget.value))}>
          {Array.from({ length: most }, (_, at) => (
            <option key={at} value={at + 1}>
              {at + 1}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="best-tier">{words.tier}</label>
        <select id="best-tier" value={tier} onChange={(event) => setTier(event.currentTarget.value)}>
          <option value="">{words.anyTier}</option>
          {sale.performance.tiers.map(({ name, price_minor }) => (
            <option key={name} value={name}>
              {name} · {money(price_minor, sale.concert.currency)}
            </option>
          ))}
        </select>
      </div>
      <Button type="submit" busy={busy}>
        {words.bestHold}
      </Button>
    </form>
  );
}
