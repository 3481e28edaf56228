/** How a seat looks: a fill, and a mark that tells the same to whoever does not see the difference of colours. */

import { inkOn, parse } from "~/seats/map/colours";

/** In the order in which tiers get them: the first are the easiest to tell apart when small. */
export const MARKS = ["disc", "triangle", "bar", "diamond", "cross", "ring", "wedge", "stripes"] as const;
export type Mark = (typeof MARKS)[number];

export interface Look {
  fill: string;
  mark?: Mark | undefined;
  /** Small and flat: a seat that is not to be had. */
  faint?: boolean;
}

/** The part of a canvas that draws shapes; sprites, tiles and the legend hand in theirs. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  "beginPath" | "moveTo" | "lineTo" | "closePath" | "arc" | "rect" | "fill" | "stroke" | "roundRect"
> & { fillStyle: unknown; strokeStyle: unknown; lineWidth: number };

/** A mark on a smaller seat would be a smudge. */
export const MARK_FROM_PX = 7;

/** A seat of `size` pixels around (x, y). Where a label follows, the mark makes room for it. */
export function drawSeat(pen: Pen, look: Look, x: number, y: number, size: number, labelled: boolean): void {
  const side = look.faint ? size * 0.5 : size;
  pen.fillStyle = look.fill;
  pen.beginPath();
  pen.roundRect(x - side / 2, y - side / 2, side, side, side * (look.faint ? 0.5 : 0.25));
  pen.fill();
  if (!look.mark) return;
  const ink = inkOn(parse(look.fill));
  if (labelled) drawMark(pen, look.mark, x, y - size * 0.24, size * 0.16, ink);
  else drawMark(pen, look.mark, x, y, size * 0.28, ink);
}

/** A mark that reaches `r` pixels from (x, y). */
export function drawMark(pen: Pen, mark: Mark, x: number, y: number, r: number, ink: string): void {
  pen.fillStyle = ink;
  pen.strokeStyle = ink;
  pen.lineWidth = r * 0.55;
  pen.beginPath();
  SHAPES[mark](pen, x, y, r);
  if (mark === "ring") pen.stroke();
  else pen.fill();
}

const SHAPES: Record<Mark, (pen: Pen, x: number, y: number, r: number) => void> = {
  disc: (pen, x, y, r) => pen.arc(x, y, r * 0.8, 0, Math.PI * 2),
  ring: (pen, x, y, r) => pen.arc(x, y, r * 0.7, 0, Math.PI * 2),
  triangle: (pen, x, y, r) => polygon(pen, [x, y - r, x + r, y + r * 0.8, x - r, y + r * 0.8]),
  wedge: (pen, x, y, r) => polygon(pen, [x, y + r, x - r, y - r * 0.8, x + r, y - r * 0.8]),
  diamond: (pen, x, y, r) => polygon(pen, [x, y - r * 1.1, x + r * 1.1, y, x, y + r * 1.1, x - r * 1.1, y]),
  bar: (pen, x, y, r) => pen.rect(x - r, y - r * 0.35, r * 2, r * 0.7),
  stripes: (pen, x, y, r) => {
    pen.rect(x - r, y - r * 0.9, r * 2, r * 0.6);
    pen.rect(x - r, y + r * 0.3, r * 2, r * 0.6);
  },
  cross: (pen, x, y, r) => {
    pen.rect(x - r, y - r * 0.3, r * 2, r * 0.6);
    pen.rect(x - r * 0.3, y - r, r * 0.6, r * 2);
  },
};

function polygon(pen: Pen, points: readonly number[]): void {
  for (let at = 0; at < points.length; at += 2) {
    if (at === 0) pen.moveTo(points[0] as number, points[1] as number);
    else pen.lineTo(points[at] as number, points[at + 1] as number);
  }
  pen.closePath();
}
