/** Draws a plan on a canvas and moves about in it. Everything it decides is decided in the pure files beside it. */

import { contains } from "~/seats/map/geometry";
import type { Layout, Section } from "~/seats/map/layout";
import type { Look } from "~/seats/map/looks";
import { Painter } from "~/seats/map/paint";
import { type Note, Scene, seatsAreShown, sectionColours, sectionMarks, type Theme } from "~/seats/map/scene";
import { keyOf, levelOf, levelScale, TILE_PX, type Tile, TileCache, tilesOver } from "~/seats/map/tiles";
import { between, clamp, type Frame, framed, type Limits, limitsOf, seen, type View } from "~/seats/map/view";

/** 256 tiles are 64 MiB, a screen of a large phone takes about 100. */
const TILES_MAX = 256;
/** What a frame may spend on new tiles. One is always painted, or nothing would ever come. */
const PAINT_BUDGET_MS = 5;
const GLIDE_MS = 260;
const TAP_REACH_PX = 22;

interface Glide {
  from: View;
  to: View;
  sinceMs: number;
}

export class Engine {
  view: View = { scale: 1, x: 0, y: 0 };
  private limits: Limits;
  private frame: Frame = { width: 1, height: 1 };
  private ratio = 1;
  private readonly pen: CanvasRenderingContext2D;
  private readonly scene: Scene;
  private readonly painter: Painter;
  private readonly tiles = new TileCache<HTMLCanvasElement>(TILES_MAX);
  private readonly spare: HTMLCanvasElement[] = [];
  private lookOf: Uint8Array;
  private chosen: Iterable<number> = [];
  private ringed: Iterable<number> = [];
  private note: Note = () => "";
  private glide: Glide | null = null;
  private asked = 0;
  private placed = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly layout: Layout,
    private looks: readonly Look[],
    private theme: Theme,
    private readonly moved: (view: View) => void,
  ) {
    this.pen = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
    this.scene = new Scene(layout, this.pen, theme.font);
    this.painter = new Painter(layout, looks, inksOf(theme));
    this.lookOf = new Uint8Array(layout.count);
    this.limits = limitsOf(layout.box, this.frame, layout.pitch);
    this.show(this.lookOf);
  }

  /** The canvas has this size now, in CSS pixels, and `ratio` pixels of the device for each of them. */
  resize(frame: Frame, ratio: number): void {
    if (frame.width === 0 || frame.height === 0) return;
    const [before, atFit] = [this.frame, this.view.scale <= this.limits.scaleMin * 1.001];
    if (ratio !== this.ratio) this.tiles.clear();
    this.frame = frame;
    this.ratio = ratio;
    this.canvas.width = Math.round(frame.width * ratio);
    this.canvas.height = Math.round(frame.height * ratio);
    this.limits = limitsOf(this.layout.box, frame, this.layout.pitch);
    const shift = { x: (frame.width - before.width) / 2, y: (frame.height - before.height) / 2 };
    const kept = { ...this.view, x: this.view.x + shift.x, y: this.view.y + shift.y };
    this.see(this.placed && !atFit ? clamp(kept, this.limits) : framed(this.layout.box, this.limits));
    this.placed = true;
    this.draw(performance.now()); // at once: a canvas that was resized is empty
  }

  /** Other seats look otherwise: only what differs is painted again. */
  show(lookOf: Uint8Array): void {
    const changed: [number, number][] = [];
    for (let no = 0; no < lookOf.length; no++) {
      if (lookOf[no] !== this.lookOf[no]) {
        changed.push([this.layout.x[no] as number, this.layout.y[no] as number]);
      }
    }
    this.lookOf = lookOf;
    if (changed.length > this.layout.count / 10) this.tiles.spoil(ALL, Infinity);
    else if (changed.length) this.tiles.spoil(changed, this.layout.pitch);
    const { layout, looks } = this;
    this.scene.recolour(sectionColours(layout, lookOf, looks), sectionMarks(layout, lookOf, looks));
    this.request();
  }

  style(looks: readonly Look[], theme: Theme): void {
    this.looks = looks;
    this.theme = theme;
    this.painter.restyle(looks, inksOf(theme));
    this.tiles.spoil(ALL, Infinity);
    this.show(this.lookOf);
  }

  highlight(chosen: Iterable<number>, ringed: Iterable<number>, note: Note): void {
    this.chosen = chosen;
    this.ringed = ringed;
    this.note = note;
    this.request();
  }

  /** Moves at once; what `change` gives is kept within the limits. */
  move(change: (view: View, limits: Limits) => View): void {
    this.glide = null;
    this.see(change(this.view, this.limits));
  }

  /** Moves there in a quarter of a second, or at once for whoever wants no motion. */
  glideTo(target: (view: View, limits: Limits) => View): void {
    const to = target(this.glide?.to ?? this.view, this.limits);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.see(to);
    else this.glide = { from: this.view, to, sinceMs: performance.now() };
    this.request();
  }

  /** What is at a pixel of the canvas: a seat, if seats are shown and one is near enough to be meant, or a section. */
  at(x: number, y: number): { seat: number | null; section: Section | null } {
    const [planX, planY] = [(x - this.view.x) / this.view.scale, (y - this.view.y) / this.view.scale];
    const reach = Math.max(this.layout.pitch * 0.6, Math.min(TAP_REACH_PX / this.view.scale, this.layout.pitch * 1.5));
    const seat = seatsAreShown(this.view, this.layout) ? this.layout.grid.nearest(planX, planY, reach) : null;
    const section = this.layout.sections.find(({ outline }) => contains(outline, planX, planY)) ?? null;
    return { seat, section };
  }

  stop(): void {
    cancelAnimationFrame(this.asked);
  }

  private see(view: View): void {
    this.view = view;
    this.moved(view);
    this.request();
  }

  private request(): void {
    if (!this.asked) this.asked = requestAnimationFrame((now) => this.draw(now));
  }

  private draw(nowMs: number): void {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    if (!this.placed) return;
    if (this.glide) this.advance(this.glide, nowMs);
    const { view, frame, ratio, theme } = this;
    this.scene.ground(view, frame, ratio, theme);
    if (seatsAreShown(view, this.layout)) {
      if (!this.seats()) this.request();
      this.scene.captions(view, frame, ratio, theme);
    } else this.scene.names(view, frame, ratio, theme, this.note);
    this.scene.ringed(this.ringed, view, ratio, theme);
    this.scene.chosen(this.chosen, view, ratio, theme);
    if (this.glide) this.request();
  }

  private advance({ from, to, sinceMs }: Glide, nowMs: number): void {
    const share = Math.min(1, Math.max(0, (nowMs - sinceMs) / GLIDE_MS));
    this.view = between(from, to, 1 - (1 - share) ** 3, this.limits);
    this.moved(this.view);
    if (share === 1) this.glide = null;
  }

  /** Draws the tiles; whether all are there and none is stale. */
  private seats(): boolean {
    const { view, ratio, pen } = this;
    const level = levelOf(view, ratio);
    const [until, factor] = [performance.now() + PAINT_BUDGET_MS, (view.scale * ratio) / levelScale(level)];
    let [complete, painted] = [true, false];
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.imageSmoothingEnabled = true;
    for (const tile of tilesOver(seen(view, this.frame), level)) {
      let known = this.tiles.get(keyOf(tile));
      if (!known || known.stale) {
        if (!painted || performance.now() < until) {
          known = { picture: this.paint(tile, known?.picture ?? null), stale: false };
          painted = true;
        } else complete = false;
      }
      if (known) this.place(known.picture, tile, factor);
      else this.coarser(tile);
    }
    return complete;
  }

  private paint(tile: Tile, old: HTMLCanvasElement | null): HTMLCanvasElement {
    const picture = old ?? this.spare.pop() ?? document.createElement("canvas");
    if (picture.width !== TILE_PX) picture.width = picture.height = TILE_PX;
    const pen = picture.getContext("2d") as CanvasRenderingContext2D;
    this.painter.paint(pen, tile, this.lookOf, this.ratio);
    const freed = this.tiles.put(tile, picture);
    if (freed) this.spare.push(freed);
    return picture;
  }

  private place(picture: HTMLCanvasElement, { column, row }: Tile, factor: number): void {
    const { view, ratio } = this;
    const size = TILE_PX * factor;
    // Edges are rounded alike for both neighbours: no seam, no overlap.
    const [left, top] = [Math.round(view.x * ratio + column * size), Math.round(view.y * ratio + row * size)];
    const right = Math.round(view.x * ratio + (column + 1) * size);
    const bottom = Math.round(view.y * ratio + (row + 1) * size);
    this.pen.drawImage(picture, left, top, right - left, bottom - top);
  }

  /** While a tile is not painted yet: the part of a coarser one that shows the same, if there is one. */
  private coarser({ level, column, row }: Tile): void {
    for (let up = 2; up <= 4; up += 2) {
      const parts = 2 ** (up / 2);
      const tile = { level: level - up, column: Math.floor(column / parts), row: Math.floor(row / parts) };
      const known = this.tiles.get(keyOf(tile));
      if (!known) continue;
      const { view, ratio, pen } = this;
      const size = (TILE_PX * view.scale * ratio) / levelScale(level);
      const part = TILE_PX / parts;
      const [left, top] = [view.x * ratio + column * size, view.y * ratio + row * size];
      const [fromX, fromY] = [(column - tile.column * parts) * part, (row - tile.row * parts) * part];
      pen.drawImage(known.picture, fromX, fromY, part, part, left, top, size, size);
      return;
    }
  }
}

const ALL: readonly (readonly [number, number])[] = [[0, 0]];

function inksOf(theme: Theme): { soft: string; font: string } {
  return { soft: theme.soft, font: theme.font };
}
