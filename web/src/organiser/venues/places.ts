/** Where in a file a problem stands, in words of the file, and what is written there. */

import { number } from "~/i18n/format";
import { translated } from "~/organiser/translated";
import { text } from "~/organiser/venues/messages";

export type PlanFormat = "json" | "csv";

export interface Problem {
  path: string;
  detail: string;
  count: number;
}

const EXCERPT_MAX = 160;

/** By the name of the file; null for what is neither. */
export function formatOf(name: string): PlanFormat | null {
  const end = /\.(json|csv)$/i.exec(name)?.[1]?.toLowerCase();
  return end === "json" || end === "csv" ? end : null;
}

/** The problems that a refusal of a plan lists, by line where there are lines. */
export function problemsOf(members: Readonly<Record<string, unknown>>): Problem[] {
  const listed = Array.isArray(members.problems) ? (members.problems as Problem[]) : [];
  const line = ({ path }: Problem) => Number(/^line (\d+)/.exec(path)?.[1] ?? 0);
  return [...listed].sort((one, other) => line(one) - line(other));
}

/** `line 7, tier` and `zones[2].rows[0].seats[5].category` as a person would say it. */
export function place(path: string, document: unknown): string {
  const words = text();
  const line = /^line (\d+)(?:, (\w+))?$/.exec(path);
  if (line) return [words.line(number(Number(line[1]))), ...(line[2] ? [words.column(line[2])] : [])].join(", ");
  const byte = /^byte (\d+)$/.exec(path);
  if (byte) return words.byte(number(Number(byte[1])));
  if (path === "plan") return words.whole;
  const said = steps(path).map(([key, at], depth, all) => {
    if (at === null) return key;
    const name = nameOf(follow(document, all.slice(0, depth + 1)));
    const counted = KINDS[key]?.(words, number(at + 1)) ?? `${key} ${number(at + 1)}`;
    return name ? `${counted} (${name})` : counted;
  });
  return said.join(", ");
}

/** The reason as a sentence, in the reader's language where there is one. */
export function reason(detail: string): string {
  const said = translated(detail, text().reasons);
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** What is written at the place: the line of a table, the element of a document; null where there is nothing short. */
export function excerpt(path: string, content: string, document: unknown): string | null {
  const line = /^line (\d+)/.exec(path);
  const found = line ? content.split(/\r\n|\n|\r/)[Number(line[1]) - 1] : written(follow(document, steps(path)));
  return found ? found.slice(0, EXCERPT_MAX) : null;
}

type Step = readonly [key: string, at: number | null];
type Words = ReturnType<typeof text>;

const KINDS: Record<string, (words: Words, number: string) => string> = {
  zones: (words, at) => words.zone(at),
  rows: (words, at) => words.row(at),
  seats: (words, at) => words.seat(at),
  areas: (words, at) => words.area(at),
  categories: (words, at) => words.category(at),
};

function steps(path: string): Step[] {
  return [...path.matchAll(/([^.[\]]+)(?:\[(\d+)\])?/g)].map(([, key, at]) => [key as string, at ? Number(at) : null]);
}

function follow(document: unknown, path: readonly Step[]): unknown {
  return path.reduce<unknown>((found, [key, at]) => {
    const member = (found as Record<string, unknown> | null | undefined)?.[key];
    return at === null ? member : (member as unknown[] | undefined)?.[at];
  }, document);
}

function nameOf(part: unknown): string | null {
  const { name, row_number, seat_number } = (part ?? {}) as Record<string, unknown>;
  const found = name ?? row_number ?? seat_number;
  return typeof found === "string" && found.trim() ? found.slice(0, 40) : null;
}

function written(part: unknown): string | null {
  return part === undefined ? null : JSON.stringify(part);
}
