import { useEffect, useRef, useState } from "preact/hooks";
import { answer, api, type Schemas } from "~/api/client";
import { number } from "~/i18n/format";
import { limitOf, rateOf, stepped } from "~/organiser/live/controls";
import { text } from "~/organiser/live/messages";
import { useAction, useLoaded } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";

interface Given {
  concertId: string;
  live: Schemas["LiveReply"];
  /** The page asks faster for a while, so that the effect is seen at once. */
  changed: () => void;
}

/** Limit and rate of admission; says when a change is seen to be in force. */
export function Admission({ concertId, live, changed }: Given) {
  const params = { path: { concert_id: concertId } };
  const path = "/api/v1/admin/concerts/{concert_id}/queue/policy";
  // Somebody else may change it too: the live numbers tell.
  const policy = useLoaded((signal) => answer(api.GET(path, { params, signal })), [concertId, live.limit, live.phase]);
  const [limit, setLimit] = useState<string | null>(null);
  const [rate, setRate] = useState<string | null>(null);
  const applied = useApplied(live.limit);
  const change = useAction(async (body: Schemas["PolicyChange"]) => {
    const sinceMs = performance.now();
    const answered = await answer(api.PUT(path, { params, body }));
    applied.sent(answered.limit, sinceMs);
    setLimit(null);
    setRate(null);
    policy.reload();
    changed();
  });
  const words = text();
  const shownLimit = limit ?? String(policy.data?.limit ?? live.limit);
  const shownRate = rate ?? String(policy.data?.admit_rate_per_s ?? 0);
  const [wantedLimit, wantedRate] = [limitOf(shownLimit), rateOf(shownRate)];
  const unchanged = limit === null && rate === null;
  const step = (up: boolean) => setLimit(String(stepped(wantedLimit ?? live.limit, up, 1, 1_000_000)));
  return (
    <form
      class="card admission"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wantedLimit === null || wantedRate === null) return;
        change.run({
          ...(limit === null ? {} : { limit: wantedLimit }),
          ...(rate === null ? {} : { admit_rate_per_s: wantedRate }),
        });
      }}
    >
      <h2>{words.admission}</h2>
      <div class="stepper">
        <button type="button" aria-label={words.less(words.limit)} onClick={() => step(false)}>
          −
        </button>
        <Field
          label={words.limit}
          hint={words.limitHint}
          problem={wantedLimit === null ? words.wrongLimit : null}
          inputMode="numeric"
          autocomplete="off"
          value={shownLimit}
          change={setLimit}
        />
        <button type="button" aria-label={words.more(words.limit)} onClick={() => step(true)}>
          +
        </button>
      </div>
      <Field
        label={words.rate}
        hint={words.rateHint}
        problem={wantedRate === null ? words.wrongRate : null}
        inputMode="decimal"
        autocomplete="off"
        value={shownRate}
        change={setRate}
      />
      <Failure error={change.error ?? policy.error} />
      <div class="buttons">
        <Button type="submit" busy={change.busy} disabled={unchanged || wantedLimit === null || wantedRate === null}>
          {words.apply}
        </Button>
        <span role="status" class="hint">
          {applied.pending && words.underWay}
          {applied.tookS !== null && words.inForce(number(applied.tookS))}
        </span>
      </div>
    </form>
  );
}

/** From sending a limit to seeing it in the live numbers: how long that took, in seconds. */
function useApplied(liveLimit: number) {
  const [wanted, setWanted] = useState<number | null>(null);
  const [tookS, setTookS] = useState<number | null>(null);
  const sinceMs = useRef(0);
  useEffect(() => {
    if (wanted === null || wanted !== liveLimit) return;
    setWanted(null);
    setTookS(Math.round((performance.now() - sinceMs.current) / 100) / 10);
  }, [wanted, liveLimit]);
  return {
    pending: wanted !== null,
    tookS,
    sent: (limit: number, atMs: number) => {
      sinceMs.current = atMs;
      setTookS(null);
      setWanted(limit);
    },
  };
}
