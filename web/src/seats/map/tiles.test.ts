import { describe, expect, it } from "vitest";
import { keyOf, levelOf, levelScale, TILE_PX, TileCache, tileBox, tilesOver } from "~/seats/map/tiles";

describe("tiles", () => {
  it("are only ever drawn smaller than they are painted, by less than a third", () => {
    for (const scale of [0.05, 0.31, 1, 1.41, 2.7]) {
      const shrunk = (scale * 2) / levelScale(levelOf({ scale, x: 0, y: 0 }, 2));

      expect(shrunk).toBeLessThanOrEqual(1.000_01);
      expect(shrunk).toBeGreaterThan(0.7);
    }
  });

  it("cover what is seen without a gap, the middle first", () => {
    const seen = { left: -700, top: 10, right: 900, bottom: 300 };
    const tiles = tilesOver(seen, 0);

    expect(tiles.map(({ column }) => column).sort((a, b) => a - b)).toEqual([
      -3, -3, -2, -2, -1, -1, 0, 0, 1, 1, 2, 2, 3, 3,
    ]);
    expect(tiles[0]?.column).toBe(0);
    expect(tileBox({ level: 0, column: -2, row: 0 })).toEqual({ left: -512, top: 0, right: -256, bottom: TILE_PX });
  });
});

describe("the cache of tiles", () => {
  const tile = (column: number) => ({ level: 0, column, row: 0 });

  it("lets go of what was used longest ago", () => {
    const cache = new TileCache<string>(2);
    cache.put(tile(0), "a");
    cache.put(tile(1), "b");
    cache.get(keyOf(tile(0)));

    expect(cache.put(tile(2), "c")).toBe("b");
    expect(cache.get(keyOf(tile(1)))).toBe(null);
    expect(cache.get(keyOf(tile(0)))?.picture).toBe("a");
  });

  it("spoils the tiles that show a changed seat, also one that reaches over an edge, until they are painted anew", () => {
    const cache = new TileCache<string>(4);
    for (const column of [0, 1, 2]) cache.put(tile(column), "old");

    cache.spoil([[TILE_PX - 3, 100]], 5);
    const stale = [0, 1, 2].map((column) => cache.get(keyOf(tile(column)))?.stale);
    cache.put(tile(0), "new");

    expect(stale).toEqual([true, true, false]);
    expect(cache.get(keyOf(tile(0)))).toMatchObject({ picture: "new", stale: false });
  });
});
