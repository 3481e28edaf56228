/** What an organiser types, as the service takes it. */

/** An amount in the units of people as minor units: "165,000" won, "1,650.50" dollars; null for what is none. */
export function minorOf(text: string, currency: string): number | null {
  const digits =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 0;
  const found = /^(\d{1,10})(?:\.(\d+))?$/.exec(text.replaceAll(",", "").trim());
  const fraction = found?.[2] ?? "";
  if (!found || fraction.length > digits) return null;
  return Number(found[1]) * 10 ** digits + Number(fraction.padEnd(digits, "0"));
}

/** The value of an `<input type="datetime-local">`, in the reader's own time zone, as RFC 3339; null for what is none. */
export function isoOf(local: string): string | null {
  const ms = local ? Date.parse(local) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

export function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A whole number from 1 to 100; null for anything else. */
export function seatsPerFanOf(text: string): number | null {
  const value = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0;
  return value >= 1 && value <= 100 ? value : null;
}
