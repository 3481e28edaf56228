/** Colours as numbers: mixing them for a section, and choosing an ink that can be read on them. */

export type Rgb = readonly [number, number, number];

const GREY: Rgb = [136, 136, 136];

/** `#rgb` or `#rrggbb`; grey for whatever else a plan file may say. */
export function parse(colour: string): Rgb {
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (long) return [long[1], long[2], long[3]].map((part) => Number.parseInt(part as string, 16)) as unknown as Rgb;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  if (short)
    return [short[1], short[2], short[3]].map((part) => Number.parseInt(`${part}${part}`, 16)) as unknown as Rgb;
  return GREY;
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
}

/** The mean of colours by weight; grey where there is no weight. */
export function mix(parts: readonly (readonly [Rgb, number])[]): Rgb {
  const whole = parts.reduce((sum, [, weight]) => sum + weight, 0);
  if (whole === 0) return GREY;
  const channel = (at: 0 | 1 | 2) => parts.reduce((sum, [colour, weight]) => sum + colour[at] * weight, 0) / whole;
  return [channel(0), channel(1), channel(2)];
}

/** Black or white, whichever stands out more (WCAG 2 contrast). */
export function inkOn(colour: Rgb): "#000000" | "#ffffff" {
  return contrast(colour, [255, 255, 255]) >= contrast(colour, [0, 0, 0]) ? "#ffffff" : "#000000";
}

export function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
