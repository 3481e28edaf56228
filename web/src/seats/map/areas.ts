/** What stands in a plan beside its seats: stages, bars, entrances. */

import { inkOn, parse } from "~/seats/map/colours";
import type { AreaLike } from "~/seats/map/layout";
import type { Theme } from "~/seats/map/scene";
import type { View } from "~/seats/map/view";

const CAPTION_HALF_PX = 10;

/** A stage and the like: a rectangle and a text turn around (x, y), an ellipse around its middle. */
export function drawArea(pen: CanvasRenderingContext2D, area: AreaLike, view: View, theme: Theme): void {
  const { shape, x, y, width = 0, height = 0, points = [], text = "" } = area;
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
    pen.font = `600 ${letters(area, view)}px ${theme.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const ground = shape === "text" || !area.color ? null : parse(area.color);
    pen.fillStyle = area.text_color || (ground ? inkOn(ground) : theme.ink);
    pen.fillText(text, area.text_x ?? x + width / 2, area.text_y ?? y + height / 2);
  }
  pen.restore();
}

/** Made for paper, many a text is too small from afar: it may grow as far as its box allows. In units of the plan. */
function letters({ text = "", text_size = 16, width = 0, height = 0 }: AreaLike, view: View): number {
  return Math.max(text_size, Math.min(13 / view.scale, height * 0.7, width / text.length));
}

/** Whether a caption around (x, y), `half` of it to each side, would hide the text of an area; one that is turned aside. */
export function hidesText(area: AreaLike, view: View, x: number, y: number, half: number): boolean {
  const { text = "", width = 0, height = 0 } = area;
  if (!text || area.rotation) return false;
  const size = letters(area, view) * view.scale;
  const textX = (area.text_x ?? area.x + width / 2) * view.scale + view.x;
  const textY = (area.text_y ?? area.y + height / 2) * view.scale + view.y;
  return Math.abs(textX - x) < half + (text.length * size) / 2 && Math.abs(textY - y) < CAPTION_HALF_PX + size / 2;
}
