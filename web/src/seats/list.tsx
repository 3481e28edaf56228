/** The same choice without the picture: sections, their rows, their seats. Only what is open is in the document. */

import { useState } from "preact/hooks";
import "~/seats/list.css";
import { type Free, freeIn } from "~/seats/appearance";
import { isTaken } from "~/seats/bitmap";
import type { Sale } from "~/seats/load";
import type { Section } from "~/seats/map";
import { text } from "~/seats/messages";
import { price, tierName } from "~/seats/names";

interface Given {
  sale: Sale;
  taken: Uint8Array;
  free: Free;
  chosen: readonly number[];
  press: (no: number) => void;
}

export function SeatList(given: Given) {
  const { sale, free } = given;
  const [tier, setTier] = useState(-1);
  const words = text();
  const shown = sale.layout.sections.filter((section) => tier < 0 || tiersOf(sale, section).includes(tier));
  return (
    <div class="seat-list">
      <div class="field">
        <label for="seat-list-tier">{words.filter}</label>
        <select id="seat-list-tier" value={tier} onChange={(event) => setTier(Number(event.currentTarget.value))}>
          <option value={-1}>{words.everything}</option>
          {sale.layout.tiers.map(({ name }, at) => (
            <option key={name} value={at}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {shown.map((section) => (
        <Fold key={section.name} title={section.name} free={free.bySection[section.at] as number} level="section">
          {() => section.rows.map((row) => <Row key={row.label} {...given} label={row.label} seats={row.seats} />)}
        </Fold>
      ))}
    </div>
  );
}

function Row({ label, seats, ...given }: Given & { label: string; seats: readonly number[] }) {
  return (
    <Fold title={text().row(label)} free={freeIn(seats, given.taken)} level="row">
      {() => (
        <ul>
          {seats.map((no) => (
            <li key={no}>
              <Seat {...given} no={no} />
            </li>
          ))}
        </ul>
      )}
    </Fold>
  );
}

/** A seat that is taken keeps the focus of whoever is on it, and says why it cannot be had. */
function Seat({ sale, taken, chosen, press, no }: Given & { no: number }) {
  const words = text();
  const [label, mine] = [sale.layout.label[no] ?? "", chosen.includes(no)];
  const gone = !mine && isTaken(taken, no);
  const named = words.seatAlone(label, tierName(sale, no), gone ? words.taken : price(sale, no));
  return (
    <button
      type="button"
      class="seat"
      aria-label={named}
      aria-pressed={mine}
      aria-disabled={gone || undefined}
      title={named}
      onClick={() => press(no)}
    >
      {label}
    </button>
  );
}

interface FoldGiven {
  title: string;
  free: number;
  level: "section" | "row";
  children: () => preact.ComponentChildren;
}

function Fold({ title, free, level, children }: FoldGiven) {
  const [open, setOpen] = useState(false);
  const words = text();
  return (
    <details class={`seat-fold ${level}`} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {title} <small>{free ? words.free(free) : words.noneFree}</small>
      </summary>
      {open && children()}
    </details>
  );
}

function tiersOf({ layout }: Sale, section: Section): number[] {
  return [...new Set(section.rows.flatMap((row) => row.seats.map((no) => layout.tierOf[no] as number)))];
}
