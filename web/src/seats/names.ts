import { money } from "~/i18n/format";
import type { Sale } from "~/seats/load";
import { text } from "~/seats/messages";

/** "1F Section 9, row A, seat 3", in the reader's language. */
export function seatName({ layout }: Sale, no: number): string {
  const section = layout.sections[layout.sectionOf[no] as number];
  const row = section?.rows[layout.rowOf[no] as number];
  return text().seat(section?.name ?? "", row?.label ?? "", layout.label[no] ?? "");
}

export function seatNames(sale: Sale, seats: readonly number[]): string {
  return seats.map((no) => seatName(sale, no)).join(" · ");
}

export function tierName({ layout }: Sale, no: number): string {
  return layout.tiers[layout.tierOf[no] as number]?.name ?? "";
}

export function price(sale: Sale, no: number): string {
  return money(sale.priceOf(no), sale.concert.currency);
}
