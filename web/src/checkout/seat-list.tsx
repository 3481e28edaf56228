import { answer, api } from "~/api/client";
import type { Hold } from "~/checkout/hold";
import { text } from "~/checkout/messages";
import { heldSeats } from "~/checkout/seats";
import { money } from "~/i18n/format";
import { useLoaded } from "~/ui/async";

/** The seats by name and price. Where the plan cannot be had just now, their number is known and enough to pay. */
export function SeatList({ hold }: { hold: Hold }) {
  const { data } = useLoaded(
    async (signal) => {
      const path = { performance_id: hold.performance_id };
      const plan = await answer(api.GET("/api/v1/performances/{performance_id}/seats", { params: { path }, signal }));
      return heldSeats(plan, hold.seats);
    },
    [hold.id],
  );
  const words = text();
  return (
    <>
      <h2>
        {words.yourSeats} <span class="hint">{words.seats(hold.seats.length)}</span>
      </h2>
      <ul class="checkout-seats">
        {data?.map((seat) => (
          <li key={seat.no}>
            <span>
              {words.seat(seat.section, seat.row, seat.label)}{" "}
              {seat.tier !== seat.section && <span class="hint">{seat.tier}</span>}
            </span>
            <span class="amount">{money(seat.priceMinor, hold.currency)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
