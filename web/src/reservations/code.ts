/** The text inside the QR code of a ticket; docs/api.md "Tickets at the door". */

/** Upper case alone, so that the code is small and can be read from a cracked screen in the rain. */
export function ticketCode(ticketId: string): string {
  return `TICKET:${ticketId.toUpperCase()}`;
}

/** One path over all dark squares of a QR code: each run of a line is a bar. */
export function barsOf(squares: readonly (readonly boolean[])[]): string {
  return squares
    .flatMap((line, y) => {
      const bars: string[] = [];
      for (let x = 0; x < line.length; x++) {
        if (!line[x]) continue;
        const from = x;
        while (line[x + 1]) x++;
        bars.push(`M${from} ${y}h${x + 1 - from}v1h${from - x - 1}z`);
      }
      return bars;
    })
    .join("");
}
