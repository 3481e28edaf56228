/** An amount as a fan types it. */

import { minorDigits } from "~/i18n/format";

/** The most that one request may move; how much a wallet may hold is for the service to say. */
export const AMOUNT_MAX_MINOR = 1_000_000_000_000;

export type Amount = { minor: number } | { problem: "missing" | "unreadable" | "tooSmall" | "tooLarge" };

/** "50,000", "₩50 000" and "50000" are 50,000 won; "12.5" is 1,250 cents, and nothing in won. */
export function parseAmount(typed: string, currency: string): Amount {
  const plain = typed.replace(/[\s,_'₩$€£¥원]/g, "");
  if (plain === "") return { problem: "missing" };
  const parts = /^(\d+)(?:\.(\d*))?$/.exec(plain);
  const digits = minorDigits(currency);
  const fraction = parts?.[2] ?? "";
  if (!parts || fraction.length > digits) return { problem: plain.startsWith("-") ? "tooSmall" : "unreadable" };
  const minor = Number(`${parts[1]}${fraction.padEnd(digits, "0")}`);
  if (minor < 1) return { problem: "tooSmall" };
  return minor > AMOUNT_MAX_MINOR ? { problem: "tooLarge" } : { minor };
}

/** `minor` as it would be typed. */
export function typedAmount(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  return (minor / 10 ** digits).toFixed(minor % 10 ** digits ? digits : 0);
}

/** What most people top up by. */
export function quickAmounts(currency: string): number[] {
  return [50_000, 100_000, 200_000, 500_000].map((won) => (minorDigits(currency) === 0 ? won : won / 10));
}
