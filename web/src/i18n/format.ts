/** Money, numbers and moments as the reader's language writes them. */

import { language } from "~/i18n/language";

const LOCALES = { en: "en-GB", ko: "ko-KR" } as const;

function made<Format>(make: (locale: string, option: string) => Format): (option: string) => Format {
  const known = new Map<string, Format>();
  return (option) => {
    const locale = LOCALES[language.value];
    const key = `${locale} ${option}`;
    const format = known.get(key) ?? make(locale, option);
    known.set(key, format);
    return format;
  };
}

const moneyFormat = made((locale, currency) => new Intl.NumberFormat(locale, { style: "currency", currency }));
const numberFormat = made((locale) => new Intl.NumberFormat(locale));
const percentFormat = made((locale) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }));
const dateFormats: Record<string, Intl.DateTimeFormatOptions> = {
  moment: { dateStyle: "full", timeStyle: "short" },
  short: { dateStyle: "medium", timeStyle: "short" },
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  seconds: { timeStyle: "medium" },
  zoned: { dateStyle: "full", timeStyle: "long" },
};
const dateFormat = made((locale, style) => new Intl.DateTimeFormat(locale, dateFormats[style]));

/** `amountMinor` in minor units of `currency`: 165000 KRW is 165,000 won, 165000 USD is 1,650 dollars. */
export function money(amountMinor: number, currency: string): string {
  return moneyFormat(currency).format(amountMinor / 10 ** minorDigits(currency));
}

/** With its sign, also where it is positive: +₩50,000, -₩165,000. */
export function signedMoney(amountMinor: number, currency: string): string {
  const sign = amountMinor > 0 ? "+" : amountMinor < 0 ? "\u2212" : "";
  return sign + money(Math.abs(amountMinor), currency);
}

/** How many digits stand behind the point of `currency`: none for won, two for dollars. */
export function minorDigits(currency: string): number {
  return moneyFormat(currency).resolvedOptions().maximumFractionDigits ?? 0;
}

export function number(value: number): string {
  return numberFormat("").format(value);
}

/** 0.25 is 25 %. */
export function percent(share: number): string {
  return percentFormat("").format(share);
}

/** `at` is RFC 3339; shown in the reader's own time zone. */
export function moment(
  at: string,
  style: "moment" | "short" | "date" | "time" | "seconds" | "zoned" = "moment",
): string {
  return dateFormat(style).format(new Date(at));
}

const zoneFormat = made(
  (locale, timeZone) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "longGeneric" }),
);

/** A time zone by name, the same in summer and in winter; the reader's own unless another is given. */
export function zone(timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const parts = zoneFormat(timeZone).formatToParts(0);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** 75 seconds are 1:15, 3,675 are 1:01:15; never less than 0:00. */
export function clockface(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const tail = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
