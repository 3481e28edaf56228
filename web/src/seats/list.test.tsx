import { cleanup, render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useState } from "preact/hooks";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Schemas } from "~/api/client";
import { chooseLanguage } from "~/i18n/language";
import { countFree } from "~/seats/appearance";
import { toggle } from "~/seats/choice";
import { SeatList } from "~/seats/list";
import type { Sale } from "~/seats/load";
import { layOut } from "~/seats/map";
import { examplePlan } from "~/seats/map/example";

const sale: Sale = {
  concert: { id: "c", currency: "KRW" } as Schemas["ConcertReply"],
  performance: { id: "p", seats_per_fan: 2 } as Schemas["PerformanceReply"],
  layout: layOut(examplePlan(2, 2, 3)),
  priceOf: () => 99_000,
};

function Chooser({ taken }: { taken: Uint8Array }) {
  const [chosen, setChosen] = useState<readonly number[]>([]);
  return (
    <>
      <output>{chosen.join(",")}</output>
      <SeatList
        sale={sale}
        taken={taken}
        free={countFree(sale.layout, taken)}
        chosen={chosen}
        press={(no) => setChosen(toggle(chosen, no, 2, no === 4).chosen)}
      />
    </>
  );
}

beforeEach(() => chooseLanguage("en"));
afterEach(cleanup);

it("leads from a section over a row to a seat, and has only what is open in the document", async () => {
  const user = userEvent.setup();
  render(<Chooser taken={Uint8Array.of(0b0000_1000, 0)} />);

  expect(screen.queryByText(/^Row/)).toBe(null);
  expect(screen.getByText("Block 1").textContent).toBe("Block 1 5 free");

  await user.click(screen.getByText("Block 1"));
  await user.click(screen.getByText("Row 2"));
  await user.click(screen.getByRole("button", { name: "Seat 1, T1, ₩99,000" }));

  expect(screen.getByRole("status").textContent).toBe("3");
  expect(screen.getByRole("button", { name: /^Seat 1/ }).getAttribute("aria-pressed")).toBe("true");
});

it("keeps a taken seat in reach, says that it is taken, and does not choose it", async () => {
  const user = userEvent.setup();
  render(<Chooser taken={Uint8Array.of(0b0000_1000, 0)} />);
  await user.click(screen.getByText("Block 1"));
  await user.click(screen.getByText("Row 2"));
  const seat = screen.getByRole("button", { name: "Seat 2, T1, taken" });

  await user.click(seat);

  expect(seat.getAttribute("aria-disabled")).toBe("true");
  expect(screen.getByRole("status").textContent).toBe("");
});

it("shows the sections of one price level alone", async () => {
  const user = userEvent.setup();
  render(<Chooser taken={new Uint8Array(2)} />);

  await user.selectOptions(screen.getByLabelText("Show"), "T2");

  expect(screen.queryByText("Block 1")).toBe(null);
  expect(screen.getByText("Block 2")).toBeTruthy();
});
