/** The seats as square pictures, painted once and drawn often. This file knows which; `paint.ts` knows how. */

import type { Box } from "~/seats/map/geometry";
import type { View } from "~/seats/map/view";

/** The edge of a tile, in pixels of the device: so few seats are on one that it is painted well within a frame. */
export const TILE_PX = 256;

/** Levels lie half an octave apart: tiles are only ever drawn smaller than painted, by a factor of 0.71 at least. */
export const STEP = Math.SQRT2;

export interface Tile {
  level: number;
  column: number;
  row: number;
}

/** Pixels of the device for a unit of the plan at a level. */
export function levelScale(level: number): number {
  return STEP ** level;
}

/** The level for a view: the coarsest that is not coarser than the screen. */
export function levelOf(view: View, ratio: number): number {
  return Math.ceil(Math.log(view.scale * ratio) / Math.log(STEP) - 1e-6);
}

export function keyOf({ level, column, row }: Tile): string {
  return `${level}/${column}/${row}`;
}

/** The part of the plan on a tile. */
export function tileBox({ level, column, row }: Tile): Box {
  const size = TILE_PX / levelScale(level);
  return { left: column * size, top: row * size, right: (column + 1) * size, bottom: (row + 1) * size };
}

/** The tiles of a level that show some of the box, those in the middle first. */
export function tilesOver(box: Box, level: number): Tile[] {
  const size = TILE_PX / levelScale(level);
  const [first, last] = [Math.floor(box.left / size), Math.floor(box.right / size)];
  const [top, bottom] = [Math.floor(box.top / size), Math.floor(box.bottom / size)];
  const tiles: Tile[] = [];
  for (let row = top; row <= bottom; row++) {
    for (let column = first; column <= last; column++) tiles.push({ level, column, row });
  }
  const off = ({ column, row }: Tile) => Math.hypot(column - (first + last) / 2, row - (top + bottom) / 2);
  return tiles.sort((one, other) => off(one) - off(other));
}

/** Pictures by key, at most `most`; what was used longest ago goes first. A stale one is shown until it is renewed. */
export class TileCache<Picture> {
  private readonly held = new Map<string, { tile: Tile; picture: Picture; stale: boolean }>();

  constructor(private readonly most: number) {}

  get(key: string): { picture: Picture; stale: boolean } | null {
    const found = this.held.get(key);
    if (!found) return null;
    this.held.delete(key);
    this.held.set(key, found);
    return found;
  }

  /** Returns the picture that had to go, so that its memory can be used again. */
  put(tile: Tile, picture: Picture): Picture | null {
    this.held.set(keyOf(tile), { tile, picture, stale: false });
    if (this.held.size <= this.most) return null;
    const [oldest, { picture: freed }] = this.held.entries().next().value as [string, { picture: Picture }];
    this.held.delete(oldest);
    return freed;
  }

  /** Everything painted that shows one of these places is stale. `margin` is half a seat. */
  spoil(places: readonly (readonly [number, number])[], margin: number): void {
    for (const entry of this.held.values()) {
      const { left, top, right, bottom } = tileBox(entry.tile);
      entry.stale ||= places.some(
        ([x, y]) => x >= left - margin && x <= right + margin && y >= top - margin && y <= bottom + margin,
      );
    }
  }

  clear(): void {
    this.held.clear();
  }
}
