import { useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { number } from "~/i18n/format";
import { nowMs } from "~/kernel/clock";
import { isoOf, minorOf, seatsPerFanOf, zone } from "~/organiser/concerts/entered";
import { text } from "~/organiser/concerts/messages";
import { PlanChoice } from "~/organiser/concerts/plan-choice";
import { useAction } from "~/ui/async";
import { Field } from "~/ui/field";
import { Form } from "~/ui/form";

interface Given {
  concertId: string;
  currency: string;
  added: () => void;
}

/** A new performance: where, when, what each tier costs. */
export function PerformanceForm({ concertId, currency, added }: Given) {
  const [plan, setPlan] = useState<Schemas["PlanReply"] | null>(null);
  const [starts, setStarts] = useState("");
  const [prices, setPrices] = useState<Record<string, string>>({});
  const [perFan, setPerFan] = useState("4");
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState(false);
  const starts_at = isoOf(starts);
  const seats_per_fan = seatsPerFanOf(perFan);
  const priced = (plan?.tiers ?? []).map((tier) => [tier.name, minorOf(prices[tier.name] ?? "", currency)] as const);
  const past = starts_at !== null && Date.parse(starts_at) <= nowMs();
  const complete = plan && starts_at && !past && seats_per_fan && priced.every(([, price]) => price !== null);
  const add = useAction(async () => {
    if (!plan || !starts_at || !seats_per_fan) return;
    const params = { path: { concert_id: concertId } };
    const body = {
      plan_id: plan.id,
      starts_at,
      seats_per_fan,
      prices: Object.fromEntries(priced) as Record<string, number>,
    };
    await answer(api.POST("/api/v1/admin/concerts/{concert_id}/performances", { params, body }));
    setTried(false);
    setStarts("");
    setDone(true);
    added();
  });
  const words = text();
  return (
    <Form
      submit={words.addPerformance}
      busy={add.busy}
      error={add.error}
      beside={<span role="status">{done && words.added}</span>}
      send={() => {
        setTried(true);
        setDone(false);
        if (complete) add.run();
      }}
    >
      <h2>{words.newPerformance}</h2>
      <PlanChoice chosen={plan} choose={setPlan} problem={tried && !plan ? words.required : null} />
      <Field
        label={words.startsAt}
        hint={words.zone(zone())}
        type="datetime-local"
        problem={past ? words.pastMoment : tried && !starts_at ? words.wrongMoment : null}
        value={starts}
        change={setStarts}
      />
      {plan?.tiers.map((tier) => (
        <Field
          key={tier.name}
          label={`${words.priceOf(tier.name, number(tier.seat_count ?? 0))} · ${currency}`}
          inputMode="decimal"
          autocomplete="off"
          problem={
            minorOf(prices[tier.name] ?? "", currency) === null && (tried || prices[tier.name])
              ? words.wrongPrice
              : null
          }
          value={prices[tier.name] ?? ""}
          change={(value) => setPrices({ ...prices, [tier.name]: value })}
        />
      ))}
      <Field
        label={words.seatsPerFan}
        hint={words.seatsPerFanHint}
        inputMode="numeric"
        autocomplete="off"
        problem={seats_per_fan ? null : words.wrongSeatsPerFan}
        value={perFan}
        change={setPerFan}
      />
    </Form>
  );
}
