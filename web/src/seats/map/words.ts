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

/** In heights of letters; `aside` is for what stands beside the name. */
export interface Room {
  wide: number;
  lines: number;
  aside: number;
}

/**
 * The name and the note as far as they fit. Of a name that is too wide the last word stays ("9" of "2F Section 9"), of a
 * note the first ("120" of "120 free"); a note never stands alone.
 */
export function fitting(name: string, note: string, room: Room, widths: (words: string) => number): string[] {
  const fits = (wide: number) => (words: string | undefined) => Boolean(words) && widths(words as string) <= wide;
  const title = [name, name.split(" ").at(-1)].find(fits(room.wide - room.aside));
  if (title === undefined || room.lines < 1) return [];
  const second = room.lines < 2 ? undefined : [note, note.split(" ")[0]].find(fits(room.wide));
  return second === undefined ? [title] : [title, second];
}
