/** Paints what stands on a tile: seats, their labels when near enough, the labels of rows. */

import { inkOn, parse } from "~/seats/map/colours";
import { wider } from "~/seats/map/geometry";
import type { Layout } from "~/seats/map/layout";
import { drawSeat, type Look, MARK_FROM_PX } from "~/seats/map/looks";
import { levelScale, TILE_PX, type Tile, tileBox } from "~/seats/map/tiles";

/** From this many CSS pixels between neighbours on, there is room for a label. */
const LABEL_FROM_PX = 24;
/** The part of the pitch that a seat fills. */
const SEAT_SHARE = 0.82;

export interface Inks {
  /** Words on the ground, such as the label of a row. */
  soft: string;
  font: string;
}

/** Pictures of one seat of each look at one size: to draw a picture is cheaper than to draw a shape again. */
class Sprites {
  private readonly pictures = new Map<Look, HTMLCanvasElement>();
  readonly edge: number;

  constructor(
    private readonly size: number,
    private readonly labelled: boolean,
  ) {
    this.edge = Math.ceil(size * 1.2) + 2;
  }

  of(look: Look): HTMLCanvasElement {
    const known = this.pictures.get(look);
    if (known) return known;
    const picture = document.createElement("canvas");
    picture.width = picture.height = this.edge;
    const pen = picture.getContext("2d");
    if (pen) drawSeat(pen, look, this.edge / 2, this.edge / 2, this.size, this.labelled);
    this.pictures.set(look, picture);
    return picture;
  }
}

export class Painter {
  private sprites = new Map<number, Sprites>();

  constructor(
    private readonly layout: Layout,
    private looks: readonly Look[],
    private inks: Inks,
  ) {}

  /** Other looks or inks: pictures of the old ones are dropped. */
  restyle(looks: readonly Look[], inks: Inks): void {
    this.looks = looks;
    this.inks = inks;
    this.sprites = new Map();
  }

  paint(pen: CanvasRenderingContext2D, tile: Tile, lookOf: Uint8Array, ratio: number): void {
    const scale = levelScale(tile.level);
    const pitchPx = this.layout.pitch * scale;
    const { left, top } = tileBox(tile);
    const seats = this.layout.grid.within(wider(tileBox(tile), this.layout.pitch * 2));
    const labelled = pitchPx / ratio >= LABEL_FROM_PX;
    const size = pitchPx * SEAT_SHARE;
    pen.clearRect(0, 0, TILE_PX, TILE_PX);
    if (size < MARK_FROM_PX) this.dot(pen, seats, lookOf, scale, left, top, size);
    else this.stamp(pen, seats, lookOf, scale, left, top, this.at(size, labelled));
    if (labelled) this.write(pen, seats, lookOf, scale, left, top);
  }

  /** Seats too small for a mark are plain squares, which cost far less than pictures just where there are most of them. */
  private dot(
    pen: CanvasRenderingContext2D,
    seats: readonly number[],
    lookOf: Uint8Array,
    scale: number,
    left: number,
    top: number,
    size: number,
  ): void {
    const { x, y } = this.layout;
    this.looks.forEach((look, at) => {
      const side = Math.max(1, Math.round(look.faint ? size / 2 : size));
      pen.fillStyle = look.fill;
      for (const no of seats) {
        if (lookOf[no] !== at) continue;
        const [atX, atY] = [((x[no] as number) - left) * scale, ((y[no] as number) - top) * scale];
        pen.fillRect(Math.round(atX - side / 2), Math.round(atY - side / 2), side, side);
      }
    });
  }

  private stamp(
    pen: CanvasRenderingContext2D,
    seats: readonly number[],
    lookOf: Uint8Array,
    scale: number,
    left: number,
    top: number,
    sprites: Sprites,
  ): void {
    const { x, y } = this.layout;
    const half = sprites.edge / 2;
    for (const no of seats) {
      const look = this.looks[lookOf[no] as number];
      if (!look) continue;
      const [atX, atY] = [((x[no] as number) - left) * scale, ((y[no] as number) - top) * scale];
      pen.drawImage(sprites.of(look), Math.round(atX - half), Math.round(atY - half));
    }
  }

  private write(
    pen: CanvasRenderingContext2D,
    seats: readonly number[],
    lookOf: Uint8Array,
    scale: number,
    left: number,
    top: number,
  ): void {
    const { x, y, label, sectionOf, rowOf, sections, pitch } = this.layout;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const no of seats) {
      const look = this.looks[lookOf[no] as number];
      const [atX, atY] = [((x[no] as number) - left) * scale, ((y[no] as number) - top) * scale];
      const row = sections[sectionOf[no] as number]?.rows[rowOf[no] as number];
      if (row && row.seats[0] === no) {
        pen.font = `600 ${pitch * scale * 0.42}px ${this.inks.font}`;
        pen.fillStyle = this.inks.soft;
        const [dx, dy] = this.backwards(row.seats);
        pen.fillText(row.label, atX + dx * scale, atY + dy * scale);
      }
      if (!look || look.faint) continue;
      pen.font = `600 ${pitch * scale * 0.34}px ${this.inks.font}`;
      pen.fillStyle = inkOn(parse(look.fill));
      pen.fillText(label[no] as string, atX, atY + pitch * scale * (look.mark ? 0.14 : 0));
    }
  }

  /** One pitch before the first seat of a row, in the direction of the row. */
  private backwards(seats: readonly number[]): [number, number] {
    const { x, y, pitch } = this.layout;
    const [one, other] = [seats[0] as number, seats[1] ?? (seats[0] as number)];
    const [dx, dy] = [(x[one] as number) - (x[other] as number), (y[one] as number) - (y[other] as number)];
    const length = Math.hypot(dx, dy);
    return length ? [(dx / length) * pitch, (dy / length) * pitch] : [-pitch, 0];
  }

  private at(size: number, labelled: boolean): Sprites {
    const known = this.sprites.get(size);
    if (known) return known;
    const made = new Sprites(size, labelled);
    this.sprites.set(size, made);
    return made;
  }
}
