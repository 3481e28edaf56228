/** Which words of a section's label have room. */

/** How wide words are, in heights of their letters; each is measured once. */
export function widthsIn(pen: CanvasRenderingContext2D, font: string): (words: string) => number {
  const known = new Map<string, number>();
  return (words) => {
    const found = known.get(words);
    if (found !== undefined) return found;
    pen.font = `700 100px ${font}`;
    const width = pen.measureText(words).width / 100;
    known.set(words, width);
    return width;
  };
}

/** A section is somewhat wider than a square of its seats, or long words would never fit. */
const WIDER = 1.15;

/**
 * The name and the note as far as they fit, in heights of letters. Of a name that is too wide the last word stays ("9" of
 * "2F Section 9"), of a note the first ("120" of "120 free"); a note never stands alone.
 */
export function fitting(
  name: string,
  note: string,
  wide: number,
  lines: number,
  widths: (words: string) => number,
): string[] {
  const fits = (words: string | undefined) => words !== undefined && words !== "" && widths(words) <= wide * WIDER;
  const title = [name, name.split(" ").at(-1)].find(fits);
  if (title === undefined || lines < 1) return [];
  const second = lines < 2 ? undefined : [note, note.split(" ")[0]].find(fits);
  return second === undefined ? [title] : [title, second];
}
