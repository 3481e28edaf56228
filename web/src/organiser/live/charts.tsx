import { Chart } from "~/organiser/live/chart";
import { text } from "~/organiser/live/messages";
import { type Sample, speeds } from "~/organiser/live/series";

/** How the sale went while this tab looked at it. */
export function Charts({ series }: { series: readonly Sample[] }) {
  const words = text();
  const line = (name: string, of: (sample: Sample) => number) => ({
    name,
    points: series.map((sample) => [sample.atMs, of(sample)] as const),
  });
  return (
    <div class="charts">
      <Chart
        title={words.inside}
        lines={[
          line(words.inside, (sample) => sample.inside),
          { ...line(words.chartLimit, (sample) => sample.limit), reference: true },
        ]}
      />
      <Chart
        title={words.waiting}
        lines={[
          line(words.waiting, (sample) => sample.waiting),
          { ...line(words.chartPresent, (sample) => sample.present), reference: true },
        ]}
      />
      <Chart
        title={words.perMinute}
        lines={[{ name: words.perMinute, points: speeds(series, (sample) => sample.admitted, 60_000) }]}
      />
      <Chart title={words.soldSeats} lines={[line(words.soldSeats, (sample) => sample.sold)]} />
    </div>
  );
}
