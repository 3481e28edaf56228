import { computed, effect } from "@preact/signals";
import { nowMs } from "~/kernel/clock";
import { keepShell } from "~/offline/shell";
import { changes, keptReservations } from "~/reservations/kept";
import { lapsed, session } from "~/session/session";

/** Keeps the pages for a door without a network while a fan has tickets here, and no longer. */
export function watchTickets(): void {
  const wanted = computed(() => {
    changes.value;
    return (session.value ?? lapsed.value) !== null && keptReservations(nowMs()).length > 0;
  });
  effect(() => keepShell(wanted.value));
}
