import { useEffect, useRef, useState } from "preact/hooks";
import { language } from "~/i18n/language";
import { Engine } from "~/seats/map/engine";
import { listen, ZOOM_STEP, zoomBy } from "~/seats/map/gestures";
import type { Layout, Section } from "~/seats/map/layout";
import type { Look } from "~/seats/map/looks";
import { type Note, seatsAreShown } from "~/seats/map/scene";
import { themeOf } from "~/seats/map/theme";
import { centre, framed, type Limits, type View } from "~/seats/map/view";
import "~/seats/map/map.css";

export interface SeatMapWords {
  nearer: string;
  farther: string;
  whole: string;
}

interface Given {
  layout: Layout;
  looks: readonly Look[];
  /** For each seat the number of its look. A new array, not a changed one, is a change. */
  lookOf: Uint8Array;
  /** What a screen reader says of the picture: where the same is to be had in words. */
  label: string;
  words: SeatMapWords;
  chosen?: readonly number[];
  /** Offered, or searched for: ringed, and brought into view. */
  ringed?: readonly number[];
  note?: Note;
  onSeat?: (no: number) => void;
  /** Says what the pointer is on, beside the map; nothing where it gives null. */
  tell?: (found: { seat: number | null; section: Section | null }) => string | null;
}

const NONE: readonly number[] = [];
const NO_NOTE: Note = () => "";

/** A plan that pans and zooms. A tap on a section comes nearer; a tap on a seat is told. */
export function SeatMap({ layout, looks, lookOf, label, words, ...more }: Given) {
  const { chosen = NONE, ringed = NONE, note = NO_NOTE, onSeat, tell } = more;
  const canvas = useRef<HTMLCanvasElement>(null);
  const engine = useRef<Engine | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const hear = useRef({ onSeat, tell });
  hear.current = { onSeat, tell };

  useEffect(() => {
    const surface = canvas.current as HTMLCanvasElement;
    const made = new Engine(surface, layout, looks, themeOf(surface), () => setTold(null));
    engine.current = made;
    const still = observe(surface, made);
    const deaf = listen(surface, made, {
      tap: (x, y) => {
        const { seat, section } = made.at(x, y);
        if (seat !== null) hear.current.onSeat?.(seat);
        else if (section && !seatsAreShown(made.view, layout)) approach(made, section, layout);
      },
      point: (x, y) => setTold(hear.current.tell?.(made.at(x, y)) ?? null),
      means: (x, y) => Boolean(hear.current.onSeat) && made.at(x, y).seat !== null,
    });
    return () => {
      deaf();
      still();
      made.stop();
    };
  }, [layout]);
  useEffect(() => engine.current?.show(lookOf), [layout, lookOf]);
  useEffect(() => engine.current?.highlight(chosen, ringed, note), [layout, chosen, ringed, note, language.value]);
  useEffect(() => {
    if (ringed.length) engine.current?.glideTo((view, limits) => reveal(ringed, layout, view.scale, limits));
  }, [layout, ringed]);
  const dark = useDark();
  useEffect(() => {
    if (engine.current && canvas.current) engine.current.style(looks, themeOf(canvas.current));
  }, [layout, looks, dark]);

  const nearer = (factor: number) => {
    const { clientWidth, clientHeight } = canvas.current as HTMLCanvasElement;
    if (engine.current) zoomBy(engine.current, factor, clientWidth / 2, clientHeight / 2);
  };
  return (
    <div class="seat-map">
      <canvas ref={canvas} role="img" aria-label={label} tabIndex={0} />
      <div class="seat-map-zoom">
        <button type="button" aria-label={words.nearer} title={words.nearer} onClick={() => nearer(ZOOM_STEP)}>
          +
        </button>
        <button type="button" aria-label={words.farther} title={words.farther} onClick={() => nearer(1 / ZOOM_STEP)}>
          −
        </button>
        <button
          type="button"
          aria-label={words.whole}
          title={words.whole}
          onClick={() => engine.current?.glideTo((_, limits) => framed(limits.box, limits))}
        >
          ⤢
        </button>
      </div>
      {told && <p class="seat-map-told">{told}</p>}
    </div>
  );
}

/** A section in the middle, as near as it goes into the frame, and never so far that its seats are not shown. */
function approach(engine: Engine, section: Section, layout: Layout): void {
  engine.glideTo((_, limits) => {
    const close = framed(section.box, limits);
    return seatsAreShown({ ...close, scale: close.scale / 2 }, layout)
      ? close
      : centre(section.x, section.y, 12 / layout.pitch, limits);
  });
}

/** Some seats in the middle, near enough to be told apart. */
function reveal(seats: readonly number[], { x, y, pitch }: Layout, scale: number, limits: Limits): View {
  const mean = (column: Float32Array) => seats.reduce((sum, no) => sum + (column[no] as number), 0) / seats.length;
  return centre(mean(x), mean(y), Math.max(scale, 24 / pitch), limits);
}

/** Tells the engine the size of its canvas, now and whenever it changes. */
function observe(canvas: HTMLCanvasElement, engine: Engine): () => void {
  const measure = () =>
    engine.resize({ width: canvas.clientWidth, height: canvas.clientHeight }, Math.min(3, devicePixelRatio || 1));
  const observer = new ResizeObserver(measure);
  observer.observe(canvas);
  measure();
  return () => observer.disconnect();
}

function useDark(): boolean {
  const [query] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = () => setDark(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [query]);
  return dark;
}
