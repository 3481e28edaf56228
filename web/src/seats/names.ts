import { money } from "~/i18n/format";
import type { Sale } from "~/seats/load";
import { text } from "~/seats/messages";

/** "1F Section 9, row A, seat 3", in the reader's language. */
export function seatName({ layout }: Sale, no: number): string {
  const section = layout.sections[layout.sectionOf[no] as number];
  const row = section?.rows[layout.rowOf[no] as number];
  return text().seat(section?.name ?? "", row?.label ?? "", layout.label[no] ?? "");
}

/** Seats of one row are told together: "1F Section 9, row A, seats 3, 4". */
export function seatNames(sale: Sale, seats: readonly number[]): string {
  const { layout } = sale;
  const rows = new Map<string, number[]>();
  for (const no of seats) {
    const row = `${layout.sectionOf[no]} ${layout.rowOf[no]}`;
    rows.set(row, [...(rows.get(row) ?? []), no]);
  }
  return [...rows.values()].map((together) => rowNames(sale, together)).join(" · ");
}

function rowNames(sale: Sale, seats: readonly number[]): string {
  const { layout } = sale;
  const first = seats[0] as number;
  if (seats.length === 1) return seatName(sale, first);
  const section = layout.sections[layout.sectionOf[first] as number];
  const row = section?.rows[layout.rowOf[first] as number];
  return text().seats(section?.name ?? "", row?.label ?? "", seats.map((no) => layout.label[no]).join(", "));
}

export function tierName({ layout }: Sale, no: number): string {
  return layout.tiers[layout.tierOf[no] as number]?.name ?? "";
}

export function price(sale: Sale, no: number): string {
  return money(sale.priceOf(no), sale.concert.currency);
}
