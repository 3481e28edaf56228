import { useEffect, useRef } from "preact/hooks";
import { drawMark, type Look } from "~/seats/map";
import { inkOn, parse } from "~/seats/map/colours";

const SIZE = 20;

/** A seat of the legend, as the map draws it. */
export function Mark({ look }: { look: Look | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!pen || !look) return;
    pen.fillStyle = look.fill;
    pen.fillRect(0, 0, SIZE * 2, SIZE * 2);
    if (look.mark) drawMark(pen, look.mark, SIZE, SIZE, SIZE * 0.55, inkOn(parse(look.fill)));
  }, [look]);
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} class="map-mark" width={SIZE * 2} height={SIZE * 2} />
    </span>
  );
}
