/** One frame: the ground, areas, sections, the tiles of seats when near, and what is highlighted. */

import { drawArea, hidesText } from "~/seats/map/areas";
import { css, inkOn, mix, parse, type Rgb } from "~/seats/map/colours";
import { around, contains, meet } from "~/seats/map/geometry";
import type { Layout, Section } from "~/seats/map/layout";
import { drawMark, type Look, type Mark } from "~/seats/map/looks";
import { type Frame, seen, type View } from "~/seats/map/view";
import { fitting, widthsIn } from "~/seats/map/words";

/** Between neighbours: from here on seats are drawn, and can be tapped. */
export const SEATS_FROM_PX = 5;
const LETTERS_MIN_PX = 9;
const LETTERS_MAX_PX = 15;

export interface Theme {
  ground: string;
  sheet: string;
  ink: string;
  soft: string;
  line: string;
  accent: string;
  font: string;
}

interface Face {
  fill: string;
  ink: string;
  mark: Mark | undefined;
}

export type Note = (section: Section) => string;

export function seatsAreShown(view: View, layout: Layout): boolean {
  return layout.pitch * view.scale >= SEATS_FROM_PX;
}

/** The colour of each section: the mean of what its seats look like. */
export function sectionColours(layout: Layout, lookOf: Uint8Array, looks: readonly Look[]): Rgb[] {
  const fills = looks.map((look) => parse(look.fill));
  return countLooks(layout, lookOf, looks).map((counts) => mix(fills.map((fill, at) => [fill, counts[at] as number])));
}

/** The mark that most of a section's seats have; none where most have none. */
export function sectionMarks(layout: Layout, lookOf: Uint8Array, looks: readonly Look[]): (Mark | undefined)[] {
  return countLooks(layout, lookOf, looks).map((counts) => {
    const marked = looks.map((look, at) => (look.mark ? (counts[at] as number) : 0));
    const most = Math.max(...marked);
    return most > 0 ? looks[marked.indexOf(most)]?.mark : undefined;
  });
}

function countLooks(layout: Layout, lookOf: Uint8Array, looks: readonly Look[]): Uint32Array[] {
  const counts = layout.sections.map(() => new Uint32Array(looks.length));
  for (let no = 0; no < layout.count; no++) {
    const [of, look] = [counts[layout.sectionOf[no] as number] as Uint32Array, lookOf[no] as number];
    of[look] = (of[look] ?? 0) + 1;
  }
  return counts;
}

export class Scene {
  private readonly shapes: Path2D[];
  private faces: Face[] = [];
  /** How wide words are, in letters' heights: the same at any size. */
  private readonly widths: (words: string) => number;

  constructor(
    private readonly layout: Layout,
    private readonly pen: CanvasRenderingContext2D,
    font: string,
  ) {
    this.shapes = layout.sections.map((section) => pathOf(section.outline));
    this.widths = widthsIn(pen, font);
  }

  recolour(colours: readonly Rgb[], marks: readonly (Mark | undefined)[]): void {
    this.faces = colours.map((colour, at) => ({ fill: css(colour), ink: inkOn(colour), mark: marks[at] }));
  }

  ground(view: View, frame: Frame, ratio: number, theme: Theme): void {
    const { pen, layout } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = theme.ground;
    pen.fillRect(0, 0, frame.width * ratio, frame.height * ratio);
    inPlan(pen, view, ratio);
    for (const area of layout.areas) drawArea(pen, area, view, theme);
    const [box, near] = [seen(view, frame), seatsAreShown(view, layout)];
    pen.lineWidth = 1.2 / view.scale;
    layout.sections.forEach((section, at) => {
      if (!meet(section.box, box)) return;
      const shape = this.shapes[at] as Path2D;
      pen.fillStyle = near ? theme.sheet : (this.faces[at]?.fill ?? theme.line);
      pen.fill(shape);
      pen.strokeStyle = near ? theme.line : theme.ground;
      pen.stroke(shape);
    });
  }

  /** Names and notes, upright and hardly larger at any zoom, as much of them as has room in their section. */
  names(view: View, frame: Frame, ratio: number, theme: Theme, note: Note): void {
    const { pen, layout } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const box = seen(view, frame);
    for (const section of layout.sections) {
      if (!meet(section.box, box)) continue;
      const [wide, high] = [section.wide * view.scale, section.high * view.scale];
      // Whole pixels: a font of another size in every frame of a zoom would cost more than all else.
      const size = Math.min(LETTERS_MAX_PX, Math.max(LETTERS_MIN_PX, Math.round(Math.min(wide, high) / 6)));
      const { ink, mark } = this.faces[section.at] as Face;
      const room = { wide: wide / size - 0.4, lines: high / size / 1.25, aside: mark ? 1.2 : 0 };
      const lines = fitting(section.name, note(section), room, this.widths);
      const [x, y] = [section.x * view.scale + view.x, section.y * view.scale + view.y];
      if (mark && !lines.length && Math.min(wide, high) > size) drawMark(pen, mark, x, y, size * 0.42, ink);
      pen.fillStyle = ink;
      const aside = mark && lines[0] !== undefined ? size * 0.6 : 0;
      lines.forEach((line, at) => {
        pen.font = `${at ? 500 : 700} ${size}px ${theme.font}`;
        const level = y + (at - (lines.length - 1) / 2) * size * 1.25;
        pen.fillText(line, at ? x : x + aside, level);
        const before = x - (this.widths(line) * size) / 2 - size * 0.15;
        if (mark && at === 0) drawMark(pen, mark, before, level, size * 0.42, ink);
      });
    }
  }

  /** Near, where seats hide it, the name of a section stands above its topmost corner; of the middle one always. */
  captions(view: View, frame: Frame, ratio: number, theme: Theme): void {
    const { pen, layout } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `600 13px ${theme.font}`;
    const box = seen(view, frame);
    const [middleX, middleY] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    for (const { name, outline, box: own } of layout.sections) {
      if (!meet(own, box)) continue;
      const [topX, topY] = topmost(outline, layout.pitch / 4);
      const [x, y] = [topX * view.scale + view.x, topY * view.scale + view.y - 10];
      const half = this.widths(name) * 6.5 + 8;
      if (y > 12 && y < frame.height && x > half && x < frame.width - half) {
        const hides = layout.areas.some((area) => hidesText(area, view, x, y, half));
        if (!hides) this.caption(name, x, y, half, theme);
      } else if (contains(outline, middleX, middleY)) this.caption(name, frame.width / 2, 14, half, theme);
    }
  }

  private caption(name: string, x: number, y: number, half: number, theme: Theme): void {
    const { pen } = this;
    pen.beginPath();
    pen.roundRect(x - half, y - 10, half * 2, 20, 10);
    pen.fillStyle = theme.ground;
    pen.fill();
    pen.fillStyle = theme.ink;
    pen.fillText(name, x, y);
  }

  /** A ring around each seat, and a tick on those that are chosen. */
  chosen(seats: Iterable<number>, view: View, ratio: number, theme: Theme): void {
    const { pen, layout } = this;
    inPlan(pen, view, ratio);
    const r = Math.max(layout.pitch * 0.5, 5 / view.scale);
    for (const no of seats) {
      const [x, y] = [layout.x[no] as number, layout.y[no] as number];
      pen.beginPath();
      pen.arc(x, y, r * 1.15, 0, Math.PI * 2);
      pen.fillStyle = theme.ink;
      pen.fill();
      pen.beginPath();
      pen.moveTo(x - r * 0.5, y);
      pen.lineTo(x - r * 0.1, y + r * 0.45);
      pen.lineTo(x + r * 0.55, y - r * 0.45);
      pen.strokeStyle = theme.ground;
      pen.lineWidth = r * 0.28;
      pen.stroke();
    }
  }

  /** A ring around seats that are offered or pointed at. */
  ringed(seats: Iterable<number>, view: View, ratio: number, theme: Theme): void {
    const { pen, layout } = this;
    inPlan(pen, view, ratio);
    pen.strokeStyle = theme.ink;
    pen.lineWidth = Math.max(layout.pitch * 0.12, 1.5 / view.scale);
    for (const no of seats) {
      pen.beginPath();
      pen.arc(layout.x[no] as number, layout.y[no] as number, layout.pitch * 0.62, 0, Math.PI * 2);
      pen.stroke();
    }
  }
}

function inPlan(pen: CanvasRenderingContext2D, view: View, ratio: number): void {
  pen.setTransform(view.scale * ratio, 0, 0, view.scale * ratio, view.x * ratio, view.y * ratio);
}

/** The topmost corner, or the middle of the topmost corners where a section has a straight top. */
function topmost(points: readonly number[], level: number): [number, number] {
  const { top } = around(points);
  const across = points.filter((_, at) => at % 2 === 0 && (points[at + 1] as number) <= top + level);
  return [(Math.min(...across) + Math.max(...across)) / 2, top];
}

function pathOf(points: readonly number[]): Path2D {
  const path = new Path2D();
  for (let at = 0; at < points.length; at += 2) path.lineTo(points[at] as number, points[at + 1] as number);
  path.closePath();
  return path;
}
