/** One frame: the ground, areas, sections, the tiles of seats when near, and what is highlighted. */

import { css, inkOn, mix, parse, type Rgb } from "~/seats/map/colours";
import { meet } from "~/seats/map/geometry";
import type { AreaLike, Layout, Section } from "~/seats/map/layout";
import type { Look } from "~/seats/map/looks";
import { type Frame, seen, type View } from "~/seats/map/view";

/** Between neighbours: from here on seats are drawn, and can be tapped. */
export const SEATS_FROM_PX = 5;
const NOTE_FROM_PX = 34;

export interface Theme {
  ground: string;
  sheet: string;
  ink: string;
  soft: string;
  line: string;
  accent: string;
  font: string;
}

export type Note = (section: Section) => string;

export function seatsAreShown(view: View, layout: Layout): boolean {
  return layout.pitch * view.scale >= SEATS_FROM_PX;
}

/** The colour of each section: the mean of what its seats look like. */
export function sectionColours(layout: Layout, lookOf: Uint8Array, looks: readonly Look[]): Rgb[] {
  const fills = looks.map((look) => parse(look.fill));
  return layout.sections.map(({ rows }) => {
    const counts = new Uint32Array(looks.length);
    for (const row of rows) {
      for (const no of row.seats) {
        const look = lookOf[no] as number;
        counts[look] = (counts[look] ?? 0) + 1;
      }
    }
    return mix(fills.map((fill, at) => [fill, counts[at] as number]));
  });
}

export class Scene {
  private readonly shapes: Path2D[];
  private colours: { fill: string; ink: string }[] = [];

  constructor(
    private readonly layout: Layout,
    private readonly pen: CanvasRenderingContext2D,
  ) {
    this.shapes = layout.sections.map((section) => pathOf(section.outline));
  }

  recolour(colours: readonly Rgb[]): void {
    this.colours = colours.map((colour) => ({ fill: css(colour), ink: inkOn(colour) }));
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
      pen.fillStyle = near ? theme.sheet : (this.colours[at]?.fill ?? theme.line);
      pen.fill(shape);
      pen.strokeStyle = near ? theme.line : theme.ground;
      pen.stroke(shape);
    });
  }

  /** Names and notes, upright and of one size at any zoom, where they fit into their section. */
  names(view: View, frame: Frame, ratio: number, theme: Theme, note: Note): void {
    const { pen } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const box = seen(view, frame);
    for (const section of this.layout.sections) {
      if (!meet(section.box, box)) continue;
      const room = Math.sqrt(section.count) * this.layout.pitch * view.scale;
      if (room < NOTE_FROM_PX) continue;
      const [x, y] = [section.x * view.scale + view.x, section.y * view.scale + view.y];
      const size = Math.min(15, Math.max(9, room / 7));
      pen.fillStyle = this.colours[section.at]?.ink ?? theme.ink;
      const said = note(section);
      pen.font = `700 ${size}px ${theme.font}`;
      pen.fillText(section.name, x, said ? y - size * 0.6 : y);
      if (!said) continue;
      pen.font = `500 ${size * 0.92}px ${theme.font}`;
      pen.fillText(said, x, y + size * 0.6);
    }
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

function pathOf(points: readonly number[]): Path2D {
  const path = new Path2D();
  for (let at = 0; at < points.length; at += 2) path.lineTo(points[at] as number, points[at + 1] as number);
  path.closePath();
  return path;
}

/** A stage and the like: a rectangle and a text turn around (x, y), an ellipse around its middle. */
function drawArea(pen: CanvasRenderingContext2D, area: AreaLike, view: View, theme: Theme): void {
  const { shape, x, y, width = 0, height = 0, points = [], text = "", text_size = 16 } = area;
  const turned = ((area.rotation ?? 0) * Math.PI) / 180;
  const [aroundX, aroundY] = shape === "ellipse" ? [x + width / 2, y + height / 2] : [x, y];
  pen.save();
  pen.translate(aroundX, aroundY);
  pen.rotate(turned);
  pen.translate(-aroundX, -aroundY);
  pen.beginPath();
  if (shape === "rectangle") pen.rect(x, y, width, height);
  if (shape === "ellipse") pen.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, Math.PI * 2);
  if (shape === "polygon") {
    for (const [atX = 0, atY = 0] of points) pen.lineTo(atX, atY);
    pen.closePath();
  }
  if (shape !== "text") {
    pen.fillStyle = area.color || theme.line;
    pen.fill();
    if (area.border_color) {
      pen.strokeStyle = area.border_color;
      pen.stroke();
    }
  }
  if (text) {
    // Made for paper, many a text is too small from afar: it may grow as far as its box allows.
    const size = Math.max(text_size, Math.min(13 / view.scale, height * 0.7, width / text.length));
    pen.font = `600 ${size}px ${theme.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const ground = shape === "text" || !area.color ? null : parse(area.color);
    pen.fillStyle = area.text_color || (ground ? inkOn(ground) : theme.ink);
    pen.fillText(text, area.text_x ?? x + width / 2, area.text_y ?? y + height / 2);
  }
  pen.restore();
}
