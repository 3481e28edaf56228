import { useMemo, useRef, useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { moment, number, percent } from "~/i18n/format";
import { countStates, LOOKS, STATES, statesOf } from "~/organiser/live/heat";
import { text } from "~/organiser/live/messages";
import { usePolled } from "~/organiser/live/polled";
import { Mark } from "~/organiser/mark";
import { type Layout, layOut, SeatMap } from "~/seats/map";
import { useLoaded } from "~/ui/async";
import { Failure } from "~/ui/failure";
import { text as common } from "~/ui/messages";

type Performance = Schemas["PerformanceReply"];

/** Seats by state on the map: one performance at a time. */
export function HeatMap({ performances }: { performances: readonly Performance[] }) {
  const [chosen, choose] = useState(performances[0]?.id);
  const words = text();
  const performance = performances.find(({ id }) => id === chosen) ?? performances[0];
  if (!performance) return null;
  return (
    <section class="card">
      <h2>{words.seats}</h2>
      {performances.length > 1 && (
        <div class="field">
          <label for="performance">{words.performance}</label>
          <select id="performance" value={performance.id} onChange={(event) => choose(event.currentTarget.value)}>
            {performances.map((each) => (
              <option key={each.id} value={each.id}>
                {moment(each.starts_at, "short")} · {each.venue}
              </option>
            ))}
          </select>
        </div>
      )}
      <PerformanceMap key={performance.id} id={performance.id} />
    </section>
  );
}

function PerformanceMap({ id }: { id: string }) {
  const params = { path: { performance_id: id } };
  const plan = useLoaded(
    (signal) => answer(api.GET("/api/v1/performances/{performance_id}/seats", { params, signal })),
    [id],
  );
  const polled = usePolled(
    (signal) => answer(api.GET("/api/v1/admin/performances/{performance_id}/seat-states", { params, signal })),
    [id],
  );
  const layout = useMemo(() => plan.data && layOut(plan.data), [plan.data]);
  const before = useRef<Uint8Array | undefined>(undefined);
  const states = useMemo(() => {
    if (polled.data) before.current = statesOf(polled.data, before.current);
    return before.current;
  }, [polled.data]);
  if (!layout || !states)
    return plan.error || polled.error ? (
      <Failure error={plan.error ?? polled.error} again={plan.reload} />
    ) : (
      <p aria-busy="true">{common().loading}</p>
    );
  return <StatesMap layout={layout} states={states} />;
}

export function StatesMap({ layout, states }: { layout: Layout; states: Uint8Array }) {
  const words = text();
  const counts = useMemo(() => countStates(states, layout.sectionOf, layout.sections.length), [layout, states]);
  const taken = (section: number) => {
    const [free = 0, ...others] = counts[section] ?? [];
    const sum = others.reduce((all, each) => all + each, 0);
    return free + sum ? sum / (free + sum) : 0;
  };
  const sums = STATES.map((_, state) => counts.reduce((sum, row) => sum + (row[state] as number), 0));
  const note = useMemo(() => (section: { at: number }) => percent(taken(section.at)), [counts]);
  return (
    <>
      <ul class="map-legend">
        {STATES.map((state, at) => (
          <li key={state}>
            <Mark look={LOOKS[at]} /> {words.states[state]} <strong>{number(sums[at] as number)}</strong>
          </li>
        ))}
      </ul>
      <div class="map-frame">
        <SeatMap
          layout={layout}
          looks={LOOKS}
          lookOf={states}
          label={words.mapLabel}
          words={words.map}
          note={note}
          tell={({ section }) => section && `${section.name}: ${words.share(percent(taken(section.at)))}`}
        />
      </div>
      <details>
        <summary>{words.bySection}</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.section}</th>
                {STATES.map((state) => (
                  <th key={state} scope="col">
                    {words.states[state]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {layout.sections.map((section) => (
                <tr key={section.at}>
                  <th scope="row">{section.name}</th>
                  {counts[section.at]?.map((count, state) => (
                    <td key={STATES[state]}>{number(count)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
