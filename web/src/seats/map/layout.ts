/** A plan as the map uses it: columns by seat number, rows, sections with their outlines, and an index of places. */

import { around, type Box, chord, NOWHERE, type Points, transposed, wider } from "~/seats/map/geometry";
import { Grid } from "~/seats/map/grid";
import { outline } from "~/seats/map/outline";

/** What is needed of a seating plan. An area's members may be missing: the service leaves defaults out. */
export interface PlanLike {
  width: number;
  height: number;
  seats: readonly { no: number; section: string; row: string; label: string; tier: string; x: number; y: number }[];
  tiers: readonly { name: string; color: string }[];
  areas: readonly AreaLike[];
}

export interface AreaLike {
  shape: string;
  x: number;
  y: number;
  width?: number;
  height?: number;
  rotation?: number;
  points?: readonly (readonly number[])[];
  color?: string;
  border_color?: string;
  text?: string;
  text_x?: number;
  text_y?: number;
  text_size?: number;
  text_color?: string;
}

/** Seats of one row, in the order of their numbers. */
export interface Row {
  label: string;
  seats: number[];
}

export interface Section {
  at: number;
  name: string;
  rows: Row[];
  count: number;
  outline: Points;
  box: Box;
  /** Where its label stands: the mean of its seats. */
  x: number;
  y: number;
  /** The room for it there. */
  wide: number;
  high: number;
}

export interface Layout {
  count: number;
  x: Float32Array;
  y: Float32Array;
  label: string[];
  tierOf: Uint8Array;
  sectionOf: Uint16Array;
  /** The number of the row within its section. */
  rowOf: Uint16Array;
  sections: Section[];
  tiers: PlanLike["tiers"];
  areas: readonly AreaLike[];
  /** How far apart neighbours are, in units of the plan. */
  pitch: number;
  grid: Grid;
  /** All that there is to see. */
  box: Box;
}

/** A line across a slanted section is longer than what fits there: no more than this, in sides of a square as large. */
const ROOM_OF_SQUARE = 1.35;

export function layOut(plan: PlanLike): Layout {
  const count = plan.seats.length;
  const [x, y] = [new Float32Array(count), new Float32Array(count)];
  const label = new Array<string>(count).fill("");
  const tierOf = new Uint8Array(count);
  const tierAt = new Map(plan.tiers.map((tier, at) => [tier.name, at]));
  for (const seat of plan.seats) {
    x[seat.no] = seat.x;
    y[seat.no] = seat.y;
    label[seat.no] = seat.label;
    tierOf[seat.no] = tierAt.get(seat.tier) ?? 0;
  }
  const named = collect(plan);
  const pitch = spacing(named, x, y);
  const sections = [...named].map(([name, rows], at) => section(at, name, rows, x, y, pitch));
  const [sectionOf, rowOf] = [new Uint16Array(count), new Uint16Array(count)];
  for (const { at, rows } of sections) {
    rows.forEach((row, rowAt) => {
      for (const no of row.seats) {
        sectionOf[no] = at;
        rowOf[no] = rowAt;
      }
    });
  }
  const drawn = sections.reduce((box, { outline: points }) => around(points, box), areasBox(plan.areas));
  const box =
    count || plan.areas.length ? wider(drawn, pitch) : { left: 0, top: 0, right: plan.width, bottom: plan.height };
  const grid = new Grid(x, y, pitch * 4);
  return {
    count,
    x,
    y,
    label,
    tierOf,
    sectionOf,
    rowOf,
    sections,
    tiers: plan.tiers,
    areas: plan.areas,
    pitch,
    grid,
    box,
  };
}

/** Sections by name, rows by label, both in the order in which the plan has them. */
function collect(plan: PlanLike): Map<string, Map<string, number[]>> {
  const sections = new Map<string, Map<string, number[]>>();
  for (const seat of plan.seats) {
    const rows = sections.get(seat.section) ?? new Map<string, number[]>();
    sections.set(seat.section, rows);
    const row = rows.get(seat.row);
    if (row) row.push(seat.no);
    else rows.set(seat.row, [seat.no]);
  }
  return sections;
}

function section(
  at: number,
  name: string,
  named: Map<string, number[]>,
  x: Float32Array,
  y: Float32Array,
  pitch: number,
): Section {
  const rows = [...named].map(([label, seats]) => ({ label, seats }));
  const seats = rows.flatMap((row) => row.seats);
  const points = outline(
    rows.map((row) => row.seats.flatMap((no) => [x[no] as number, y[no] as number])),
    pitch,
  );
  const mean = (column: Float32Array) => seats.reduce((sum, no) => sum + (column[no] as number), 0) / seats.length;
  const [midX, midY] = [mean(x), mean(y)];
  const most = ROOM_OF_SQUARE * Math.sqrt(seats.length) * pitch;
  const wide = Math.min(most, chord(points, midX, midY));
  const high = Math.min(most, chord(transposed(points), midY, midX));
  return { at, name, rows, count: seats.length, outline: points, box: around(points), x: midX, y: midY, wide, high };
}

/** What a tenth of the neighbours are closer than: seats of this size hardly ever overlap. */
function spacing(sections: Map<string, Map<string, number[]>>, x: Float32Array, y: Float32Array): number {
  const apart: number[] = [];
  for (const rows of sections.values()) {
    for (const seats of rows.values()) {
      for (let at = 1; at < seats.length; at++) {
        const [one, other] = [seats[at - 1] as number, seats[at] as number];
        apart.push(Math.hypot((x[other] as number) - (x[one] as number), (y[other] as number) - (y[one] as number)));
      }
    }
  }
  const sorted = Float64Array.from(apart.filter((distance) => distance > 0)).sort();
  return sorted[Math.floor(sorted.length / 10)] ?? 20;
}

function areasBox(areas: readonly AreaLike[]): Box {
  return areas.reduce<Box>(
    (box, { x, y, width = 0, height = 0, points = [] }) =>
      around(points.length ? points.flat() : [x, y, x + width, y + height], box),
    NOWHERE,
  );
}
