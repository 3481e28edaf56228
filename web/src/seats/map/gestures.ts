/** Mouse, fingers, wheel and keys, as movements of the map. */

import type { Engine } from "~/seats/map/engine";
import { framed, pan, pinch, type Touches, zoomAt } from "~/seats/map/view";

const TAP_MOVES_PX = 8;
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 32;
export const ZOOM_STEP = 1.6;
const PAN_STEP_PX = 80;
const COAST_MS = 130;

interface Finger {
  x: number;
  y: number;
}

export interface Taps {
  tap: (x: number, y: number) => void;
  point: (x: number, y: number) => void;
  /** Whether a tap here means something at once; elsewhere a second one soon after is a double tap. */
  means: (x: number, y: number) => boolean;
}

/** Listens until the answer is called. */
export function listen(canvas: HTMLCanvasElement, engine: Engine, taps: Taps): () => void {
  const fingers = new Map<number, Finger>();
  let [travelled, last] = [0, { x: 0, y: 0, atMs: -Infinity }];
  let speed = { x: 0, y: 0, atMs: 0 };
  const off = new AbortController();
  const on = <Name extends keyof HTMLElementEventMap>(name: Name, hear: (event: HTMLElementEventMap[Name]) => void) =>
    canvas.addEventListener(name, hear, { signal: off.signal, passive: false });

  const place = (event: MouseEvent): Finger => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    if (fingers.size === 0) travelled = 0;
    fingers.set(event.pointerId, place(event));
    if (fingers.size > 1) travelled = Infinity;
    speed = { x: 0, y: 0, atMs: event.timeStamp };
    engine.move((view) => view);
  });

  on("pointermove", (event) => {
    const [before, after] = [fingers.get(event.pointerId), place(event)];
    if (!before) {
      if (event.pointerType === "mouse") taps.point(after.x, after.y);
      return;
    }
    const both = touches(fingers);
    fingers.set(event.pointerId, after);
    const [dx, dy] = [after.x - before.x, after.y - before.y];
    travelled += Math.hypot(dx, dy);
    const pinched = touches(fingers);
    if (both && pinched) engine.move((view, limits) => pinch(view, both, pinched, limits));
    else if (travelled > TAP_MOVES_PX) {
      engine.move((view, limits) => pan(view, dx, dy, limits));
      const passed = Math.max(1, event.timeStamp - speed.atMs);
      speed = { x: dx / passed, y: dy / passed, atMs: event.timeStamp };
    }
  });

  const lift = (event: PointerEvent) => {
    const known = fingers.delete(event.pointerId);
    if (!known || fingers.size > 0 || event.type === "pointercancel") return;
    const { x, y } = place(event);
    if (travelled > TAP_MOVES_PX) {
      const fresh = event.timeStamp - speed.atMs < 40 && travelled !== Infinity;
      if (fresh) engine.glideTo((view, limits) => pan(view, speed.x * COAST_MS, speed.y * COAST_MS, limits));
      return;
    }
    const again = event.timeStamp - last.atMs < DOUBLE_TAP_MS && Math.hypot(x - last.x, y - last.y) < DOUBLE_TAP_PX;
    last = { x, y, atMs: again ? -Infinity : event.timeStamp };
    if (again && !taps.means(x, y)) engine.glideTo((view, limits) => zoomAt(view, ZOOM_STEP * ZOOM_STEP, x, y, limits));
    else taps.tap(x, y);
  };
  on("pointerup", lift);
  on("pointercancel", lift);

  on("wheel", (event) => {
    event.preventDefault();
    const { x, y } = place(event);
    engine.move((view, limits) => zoomAt(view, wheelFactor(event), x, y, limits));
  });

  on("keydown", (event) => {
    const change = event.ctrlKey || event.metaKey || event.altKey ? null : byKey(event.key);
    if (!change) return;
    event.preventDefault();
    change(engine, canvas.clientWidth / 2, canvas.clientHeight / 2);
  });

  return () => off.abort();
}

/** A notch of a wheel is about 100 pixels and a quarter nearer; a trackpad's pinch comes with Ctrl and in small steps. */
export function wheelFactor(event: Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">): number {
  const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 400 : 1);
  return Math.exp(-Math.max(-200, Math.min(200, pixels)) * (event.ctrlKey ? 0.01 : 0.0022));
}

type Change = (engine: Engine, x: number, y: number) => void;

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function byKey(key: string): Change | null {
  const arrow = ARROWS[key];
  if (arrow) {
    const [dx, dy] = [arrow[0] * PAN_STEP_PX, arrow[1] * PAN_STEP_PX];
    return (engine) => engine.glideTo((view, limits) => pan(view, dx, dy, limits));
  }
  if (key === "+" || key === "=") return (engine, x, y) => zoomBy(engine, ZOOM_STEP, x, y);
  if (key === "-" || key === "_") return (engine, x, y) => zoomBy(engine, 1 / ZOOM_STEP, x, y);
  if (key === "0") return (engine) => engine.glideTo((_, limits) => framed(limits.box, limits));
  return null;
}

export function zoomBy(engine: Engine, factor: number, x: number, y: number): void {
  engine.glideTo((view, limits) => zoomAt(view, factor, x, y, limits));
}

function touches(fingers: ReadonlyMap<number, Finger>): Touches | null {
  const [one, other] = [...fingers.values()];
  if (!one || !other) return null;
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, apart: Math.hypot(one.x - other.x, one.y - other.y) };
}
