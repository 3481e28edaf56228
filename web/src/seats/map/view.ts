/** What part of the plan is seen: pixel = plan * scale + offset, in CSS pixels. All functions are pure. */

import type { Box } from "~/seats/map/geometry";

export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Frame {
  width: number;
  height: number;
}

export interface Limits {
  box: Box;
  frame: Frame;
  scaleMin: number;
  scaleMax: number;
}

/** Seats come no nearer than this many pixels apart: more than a thumb needs. */
const PITCH_MAX_PX = 56;
const MARGIN = 0.04;

export function limitsOf(box: Box, frame: Frame, pitch: number): Limits {
  const whole = fitScale(box, frame);
  return { box, frame, scaleMin: whole, scaleMax: Math.max(whole, PITCH_MAX_PX / pitch) };
}

/** The box in the middle of the frame, as large as it goes. */
export function framed(box: Box, limits: Limits): View {
  const scale = bounded(fitScale(box, limits.frame), limits);
  const { width, height } = limits.frame;
  return clamp(
    {
      scale,
      x: width / 2 - ((box.left + box.right) / 2) * scale,
      y: height / 2 - ((box.top + box.bottom) / 2) * scale,
    },
    limits,
  );
}

/** `factor` times nearer, with what is at the pixel (x, y) staying there. */
export function zoomAt(view: View, factor: number, x: number, y: number, limits: Limits): View {
  const scale = bounded(view.scale * factor, limits);
  const ratio = scale / view.scale;
  return clamp({ scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio }, limits);
}

export function pan(view: View, dx: number, dy: number, limits: Limits): View {
  return clamp({ ...view, x: view.x + dx, y: view.y + dy }, limits);
}

/** The point of the plan in the middle of the frame, at this scale. */
export function centre(x: number, y: number, scale: number, limits: Limits): View {
  const bound = bounded(scale, limits);
  return clamp({ scale: bound, x: limits.frame.width / 2 - x * bound, y: limits.frame.height / 2 - y * bound }, limits);
}

/** Two fingers: what was under their middle stays there, their distance is the zoom. */
export function pinch(view: View, before: Touches, after: Touches, limits: Limits): View {
  const moved = pan(view, after.x - before.x, after.y - before.y, limits);
  return zoomAt(moved, after.apart / Math.max(1, before.apart), after.x, after.y, limits);
}

export interface Touches {
  x: number;
  y: number;
  apart: number;
}

/** Something of the plan is always seen: what fits stays in the middle, what does not leaves no gap at its edges. */
export function clamp(view: View, { box, frame }: Limits): View {
  return {
    scale: view.scale,
    x: along(view.x, box.left * view.scale, box.right * view.scale, frame.width),
    y: along(view.y, box.top * view.scale, box.bottom * view.scale, frame.height),
  };
}

/** Part of the way from one view to another; zooming feels even when the logarithm of the scale moves evenly. */
export function between(from: View, to: View, share: number, limits: Limits): View {
  const ratio = to.scale / from.scale;
  const scale = from.scale * ratio ** share;
  // The plan's point that both views have at the same pixel, if there is one, stays there.
  const way = Math.abs(ratio - 1) < 1e-6 ? share : (scale / from.scale - 1) / (ratio - 1);
  return clamp({ scale, x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way }, limits);
}

export function seen(view: View, { width, height }: Frame): Box {
  return {
    left: -view.x / view.scale,
    top: -view.y / view.scale,
    right: (width - view.x) / view.scale,
    bottom: (height - view.y) / view.scale,
  };
}

function fitScale(box: Box, frame: Frame): number {
  const room = 1 - 2 * MARGIN;
  return room * Math.min(frame.width / (box.right - box.left), frame.height / (box.bottom - box.top));
}

function bounded(scale: number, { scaleMin, scaleMax }: Limits): number {
  return Math.min(scaleMax, Math.max(scaleMin, scale));
}

function along(offset: number, from: number, to: number, size: number): number {
  const gap = size * 0.25;
  const [least, most] = [size - gap - to, gap - from];
  if (to - from <= size * (1 - 2 * MARGIN) + 1) return (size - from - to) / 2;
  return Math.min(most, Math.max(least, offset));
}
