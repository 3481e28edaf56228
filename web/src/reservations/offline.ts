import { computed, effect } from "@preact/signals";
import { nowMs } from "~/kernel/clock";
import { keepShell } from "~/offline/shell";
import { changes, keptReservations } from "~/reservations/kept";
import { session } from "~/session/session";

/** Keeps the pages for a door without a network while who is signed in has tickets here, and no longer. */
export function watchTickets(): void {
  const wanted = computed(() => {
    changes.value;
    return session.value !== null && keptReservations(nowMs()).length > 0;
  });
  effect(() => keepShell(wanted.value));
}
