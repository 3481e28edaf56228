/** What was kept is judged before it is shown: another release, or another hand, may have written it. */

import type { Kept } from "~/reservations/kept";

type Fields = Record<string, unknown>;

/** Longer texts would not fit into a code, nor onto a ticket. */
const TEXT_MAX = 500;
/** The last moment that a `Date` can tell. */
const MOMENT_MAX_MS = 8.64e15;

/** Whether this is what the pages of the reservation `id` show without a network, in every part that they use. */
export function isKept(found: unknown, id: string): found is Kept {
  return (
    isFields(found) &&
    isFields(found.event) &&
    areTexts(found.event, "title", "artist", "venue") &&
    isMoment(found.event.startsAt) &&
    Number.isFinite(found.toldMs) &&
    Math.abs(found.toldMs as number) <= MOMENT_MAX_MS &&
    isReservation(found.reservation, id)
  );
}

function isReservation(found: unknown, id: string): boolean {
  return (
    isFields(found) &&
    found.id === id &&
    found.status === "confirmed" &&
    areTexts(found, "concert_id", "performance_id") &&
    isMoment(found.created_at) &&
    Number.isFinite(found.total_minor) &&
    isCurrency(found.currency) &&
    Array.isArray(found.tickets) &&
    found.tickets.every(isTicket)
  );
}

function isTicket(found: unknown): boolean {
  return (
    isFields(found) &&
    areTexts(found, "id", "section", "row", "label", "tier", "status") &&
    Number.isFinite(found.price_minor)
  );
}

function isFields(found: unknown): found is Fields {
  return typeof found === "object" && found !== null;
}

function areTexts(fields: Fields, ...names: string[]): boolean {
  return names.every((name) => {
    const text = fields[name];
    return typeof text === "string" && text.length <= TEXT_MAX;
  });
}

function isMoment(found: unknown): boolean {
  return typeof found === "string" && Number.isFinite(Date.parse(found));
}

/** `Intl` refuses anything else than three letters. */
function isCurrency(found: unknown): boolean {
  return typeof found === "string" && /^[A-Za-z]{3}$/.test(found);
}
