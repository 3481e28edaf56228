import { useEffect, useRef, useState } from "preact/hooks";
import { moment, number } from "~/i18n/format";
import { moments, nearest, ticks } from "~/organiser/live/axis";
import { text } from "~/organiser/live/messages";
import { thinned } from "~/organiser/live/series";

export interface Line {
  name: string;
  points: readonly (readonly [number, number])[];
  /** A line of reference, such as a limit: dashed. */
  reference?: boolean;
}

const HEIGHT = 180;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 12, 10, 26];
const POINTS_MAX = 400;
const ROWS_MAX = 12;

/** Lines over time from 0 upwards, with the same in a table for whoever does not see them. */
export function Chart({ title, lines, whole }: { title: string; lines: readonly Line[]; whole?: boolean }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [meant, setMeant] = useState<number | null>(null);
  const words = text();
  const drawn = lines.map((line) => ({ ...line, points: thinned(line.points, POINTS_MAX) }));
  const main = drawn[0]?.points ?? [];
  const first = main[0];
  const last = main.at(-1);
  const shown = (value: number) => number(whole === false ? Math.round(value * 10) / 10 : Math.round(value));
  const at = meant === null ? main.length - 1 : Math.min(meant, main.length - 1);
  const heading = (
    <figcaption>
      <span>{title}</span>
      {main[at] && (
        <span class="chart-now">
          {meant !== null && `${moment(iso(main[at][0]), "time")} · `}
          {drawn.map((line) => (
            <span key={line.name} class={line.reference ? "key reference" : "key"}>
              {drawn.length > 1 && `${line.name} `}
              <strong>
                {line.points.length ? shown((line.points[nearest(line.points, main[at]?.[0] ?? 0)] ?? [0, 0])[1]) : "–"}
              </strong>
            </span>
          ))}
        </span>
      )}
    </figcaption>
  );
  if (!first || !last || first === last)
    return (
      <figure class="chart card">
        {heading}
        <div ref={frame}>
          <p class="hint">{words.chartLater}</p>
        </div>
      </figure>
    );
  const scale = ticks(Math.max(...drawn.flatMap((line) => line.points.map(([, value]) => value))));
  const top = scale.at(-1) as number;
  const x = (ms: number) => LEFT + ((ms - first[0]) / (last[0] - first[0])) * (width - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const path = (line: Line) => line.points.map(([ms, value]) => `${x(ms).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const point = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const within = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setMeant(nearest(main, first[0] + ((within - LEFT) / (width - LEFT - RIGHT)) * (last[0] - first[0])));
  };
  const values = main.map(([, value]) => value);
  return (
    <figure class="chart card">
      {heading}
      <div ref={frame}>
        <svg
          viewBox={`0 0 ${width} ${HEIGHT}`}
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={words.chartTold(title, shown(last[1]), shown(Math.min(...values)), shown(Math.max(...values)))}
          onPointerMove={point}
          onPointerLeave={() => setMeant(null)}
        >
          {scale.map((value) => (
            <g key={value}>
              <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
              <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
                {number(value)}
              </text>
            </g>
          ))}
          {moments(first[0], last[0], width < 480 ? 3 : 5).map((ms) => (
            <text key={ms} x={Math.min(x(ms), width - RIGHT - 24)} y={HEIGHT - 6} text-anchor="middle">
              {clock(ms, last[0] - first[0])}
            </text>
          ))}
          {drawn.map((line) => (
            <polyline key={line.name} class={line.reference ? "line reference" : "line"} points={path(line)} />
          ))}
          {meant !== null && main[at] && (
            <g>
              <line class="meant" x1={x(main[at][0])} x2={x(main[at][0])} y1={TOP} y2={HEIGHT - BOTTOM} />
              <circle cx={x(main[at][0])} cy={y(main[at][1])} r="4" />
            </g>
          )}
        </svg>
      </div>
      <details>
        <summary>{words.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.time}</th>
              {drawn.map((line) => (
                <th key={line.name} scope="col">
                  {line.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {thinned(main, ROWS_MAX).map(([ms]) => (
              <tr key={ms}>
                <th scope="row">{clock(ms, 0)}</th>
                {drawn.map((line) => (
                  <td key={line.name}>{shown((line.points[nearest(line.points, ms)] ?? [0, 0])[1])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** With seconds while the chart spans a few minutes only. */
function clock(ms: number, spanMs: number): string {
  return moment(iso(ms), spanMs < 240_000 ? "seconds" : "time");
}

function useWidth(frame: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const measured = frame.current;
    if (!measured || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, Math.round(measured.clientWidth))));
    observer.observe(measured);
    return () => observer.disconnect();
  });
  return width;
}
