import type { Schemas } from "~/api/client";
import { money } from "~/i18n/format";
import { ticketCode } from "~/reservations/code";
import { text } from "~/reservations/messages";
import { useLoaded } from "~/ui/async";

/** One seat: what the door reads, and what the fan looks for on the chair. A cancelled one shows no code. */
export function Ticket({ ticket, currency }: { ticket: Schemas["TicketReply"]; currency: string }) {
  const words = text();
  const valid = ticket.status === "valid";
  const facts = [
    [words.section, ticket.section],
    [words.row, ticket.row],
    [words.seat, ticket.label],
  ] as const;
  return (
    <li class={valid ? "ticket" : "ticket cancelled"}>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{valid ? value : <s>{value}</s>}</dd>
          </div>
        ))}
      </dl>
      <p>
        {ticket.tier} · {money(ticket.price_minor, currency)}
      </p>
      {valid ? <Code ticket={ticket} /> : <p class="stamp">{words.statuses.cancelled}</p>}
    </li>
  );
}

/** What draws codes comes when there is one to draw. */
function Code({ ticket }: { ticket: Schemas["TicketReply"] }) {
  const { data } = useLoaded(() => import("~/reservations/qr"), []);
  if (!data) return <div class="qr" aria-busy="true" />;
  return <data.Qr text={ticketCode(ticket.id)} label={text().qr(ticket.section, ticket.row, ticket.label)} />;
}
