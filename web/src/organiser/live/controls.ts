/** What an operator types into the controls, and the steps of their buttons. */

const LIMIT_MAX = 1_000_000;
const RATE_MIN = 0.001;
const RATE_MAX = 100_000;

/** A whole number from 1 to 1,000,000; null for anything else. */
export function limitOf(text: string): number | null {
  const plain = text.replaceAll(",", "").trim();
  const value = /^\d{1,7}$/.test(plain) ? Number(plain) : 0;
  return value >= 1 && value <= LIMIT_MAX ? value : null;
}

/** 0, or from 0.001 to 100,000; null for anything else. */
export function rateOf(text: string): number | null {
  const plain = text.replaceAll(",", "").trim();
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(plain)) return null;
  const value = Number(plain);
  return value === 0 || (value >= RATE_MIN && value <= RATE_MAX) ? value : null;
}

/** A tenth up or down, in round numbers: 50 to 55, 55 to 60, 1,000 to 1,100; by one where that is little. */
export function stepped(value: number, up: boolean, least: number, most: number): number {
  const tenth = value / 10;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, tenth)));
  const step = tenth < 1 ? 1 : tenth >= 5 * power ? 5 * power : power;
  const next = up ? Math.floor(value / step) * step + step : Math.ceil(value / step) * step - step;
  return Math.min(most, Math.max(least, next));
}
