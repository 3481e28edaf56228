import { answer, api, type Schemas } from "~/api/client";
import { moment, signedMoney } from "~/i18n/format";
import { First, More, usePages } from "~/ui/pages";
import { text } from "~/wallet/messages";

/** What came in and went out, newest first; read anew when `turn` changes. */
export function History({ currency, turn }: { currency: string; turn: number }) {
  const pages = usePages(
    (cursor, signal) =>
      answer(api.GET("/api/v1/wallet/entries", { params: { query: cursor ? { cursor } : {} }, signal })),
    [turn],
  );
  const words = text();
  return (
    <section aria-labelledby="history">
      <h2 id="history">{words.history}</h2>
      <First pages={pages} none={words.noHistory} />
      <ul class="entries">
        {pages.items?.map((entry) => (
          <Entry key={entry.id} entry={entry} currency={currency} />
        ))}
      </ul>
      <More pages={pages} />
    </section>
  );
}

function Entry({ entry, currency }: { entry: Schemas["EntryReply"]; currency: string }) {
  return (
    <li>
      <span>
        <strong>{text().kinds[entry.kind] ?? entry.kind}</strong>
        <time class="hint" dateTime={entry.created_at}>
          {moment(entry.created_at, "short")}
        </time>
      </span>
      <span class={entry.amount_minor > 0 ? "amount in" : "amount"}>{signedMoney(entry.amount_minor, currency)}</span>
    </li>
  );
}
