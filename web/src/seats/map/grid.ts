/** Which seats lie where: seats sorted into square cells, so that a tile or a tap looks at few of them. */

import type { Box } from "~/seats/map/geometry";

const CELLS_MAX = 1 << 18;

export class Grid {
  private readonly left: number;
  private readonly top: number;
  private readonly columns: number;
  private readonly rows: number;
  private readonly cell: number;
  /** Seats of cell c are `items[starts[c]]` up to `items[starts[c + 1]]`. */
  private readonly starts: Uint32Array;
  private readonly items: Uint32Array;

  constructor(
    private readonly x: Float32Array,
    private readonly y: Float32Array,
    cell: number,
  ) {
    const box = bounds(x, y);
    const area = (box.right - box.left + cell) * (box.bottom - box.top + cell);
    this.cell = Math.max(cell, Math.sqrt(area / CELLS_MAX));
    this.left = box.left;
    this.top = box.top;
    this.columns = Math.floor((box.right - box.left) / this.cell) + 1;
    this.rows = Math.floor((box.bottom - box.top) / this.cell) + 1;
    this.starts = new Uint32Array(this.columns * this.rows + 1);
    this.items = new Uint32Array(x.length);
    this.fill();
  }

  /** Seats within the box, in no order that means anything. */
  within(box: Box): number[] {
    const found: number[] = [];
    const [first, last] = [this.column(box.left), this.column(box.right)];
    for (let row = this.row(box.top); row <= this.row(box.bottom); row++) {
      const begin = this.starts[row * this.columns + first] as number;
      const end = this.starts[row * this.columns + last + 1] as number;
      for (let at = begin; at < end; at++) {
        const no = this.items[at] as number;
        const [x, y] = [this.x[no] as number, this.y[no] as number];
        if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) found.push(no);
      }
    }
    return found;
  }

  /** The seat nearest to a point and at most `reach` away. */
  nearest(x: number, y: number, reach: number): number | null {
    let [best, least] = [null as number | null, reach];
    for (const no of this.within({ left: x - reach, top: y - reach, right: x + reach, bottom: y + reach })) {
      const distance = Math.hypot((this.x[no] as number) - x, (this.y[no] as number) - y);
      if (distance <= least) [best, least] = [no, distance];
    }
    return best;
  }

  private fill(): void {
    const cellOf = Uint32Array.from(this.x, (x, no) => this.row(this.y[no] as number) * this.columns + this.column(x));
    for (const cell of cellOf) this.starts[cell + 1] = (this.starts[cell + 1] as number) + 1;
    for (let cell = 1; cell < this.starts.length; cell++) {
      this.starts[cell] = (this.starts[cell] as number) + (this.starts[cell - 1] as number);
    }
    const next = this.starts.slice();
    cellOf.forEach((cell, no) => {
      this.items[next[cell] as number] = no;
      next[cell] = (next[cell] as number) + 1;
    });
  }

  private column(x: number): number {
    return Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.left) / this.cell)));
  }

  private row(y: number): number {
    return Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.top) / this.cell)));
  }
}

function bounds(x: Float32Array, y: Float32Array): Box {
  const box = { left: x[0] ?? 0, top: y[0] ?? 0, right: x[0] ?? 0, bottom: y[0] ?? 0 };
  for (let no = 1; no < x.length; no++) {
    const [atX, atY] = [x[no] as number, y[no] as number];
    if (atX < box.left) box.left = atX;
    else if (atX > box.right) box.right = atX;
    if (atY < box.top) box.top = atY;
    else if (atY > box.bottom) box.bottom = atY;
  }
  return box;
}
