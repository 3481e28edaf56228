import { useEffect, useRef, useState } from "preact/hooks";
import type { Schemas } from "~/api/client";
import { Refusal } from "~/api/failures";
import { number, percent } from "~/i18n/format";
import { text } from "~/organiser/venues/messages";
import { formatOf } from "~/organiser/venues/places";
import { PlanMap } from "~/organiser/venues/plan-map";
import { PlanProblems } from "~/organiser/venues/plan-problems";
import { send } from "~/organiser/venues/send";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import { Field } from "~/ui/field";
import { Notice } from "~/ui/notice";

const MAX_BYTES = 32 * 1024 * 1024;
const TYPES = { json: "application/json", csv: "text/csv" } as const;

type State =
  | { kind: "idle" }
  | { kind: "sending"; share: number }
  | { kind: "fine"; plan: Schemas["PlanSeatsReply"] }
  | { kind: "stored"; plan: Schemas["PlanReply"] }
  | { kind: "refused"; error: unknown };

/** A file is read by the service first and stored only when its map has been seen. */
export function PlanUpload({ venueId, stored }: { venueId: string; stored: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const [state, setState] = useState<State>({ kind: "idle" });
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const words = text();
  const format = file && formatOf(file.name);
  const unfit = file && (!format ? words.wrongFile : file.size > MAX_BYTES ? words.tooLarge : null);

  const sent = async <T,>(path: string, chosen: File, then: (answer: T) => State) => {
    stop.current?.abort();
    const controller = new AbortController();
    stop.current = controller;
    const put = (next: State) => controller.signal.aborted || setState(next);
    setState({ kind: "sending", share: 0 });
    const progress = (share: number) => put({ kind: "sending", share });
    const type = TYPES[formatOf(chosen.name) ?? "json"];
    try {
      put(then(await send<T>({ path, file: chosen, type, progress, signal: controller.signal })));
    } catch (error) {
      put({ kind: "refused", error });
    }
  };
  const choose = (chosen: File | null) => {
    stop.current?.abort();
    setFile(chosen);
    setState({ kind: "idle" });
    if (!chosen || !formatOf(chosen.name) || chosen.size > MAX_BYTES) return;
    void sent<Schemas["PlanSeatsReply"]>("/api/v1/admin/plan-previews", chosen, (plan) => {
      setName((before) => before || plan.name || chosen.name.replace(/\.\w+$/, ""));
      return { kind: "fine", plan };
    });
  };
  const store = (chosen: File) => {
    const query = name.trim() ? `?name=${encodeURIComponent(name.trim())}` : "";
    void sent<Schemas["PlanReply"]>(`/api/v1/admin/venues/${venueId}/plans${query}`, chosen, (plan) => {
      stored();
      return { kind: "stored", plan };
    });
  };
  return (
    <section class="card">
      <h2>{words.upload}</h2>
      <p class="hint">{words.uploadHint}</p>
      <div class="field">
        <label for="plan-file">{words.file}</label>
        <input
          id="plan-file"
          type="file"
          accept=".json,.csv,application/json,text/csv"
          aria-invalid={unfit ? true : undefined}
          aria-describedby={unfit ? "plan-file-problem" : undefined}
          onClick={(event) => {
            event.currentTarget.value = ""; // the same file, mended, may be chosen again
          }}
          onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
        />
        {unfit && (
          <p id="plan-file-problem" class="problem">
            {unfit}
          </p>
        )}
      </div>
      {state.kind === "sending" && (
        <div class="sending">
          <p role="status">{state.share < 1 ? words.sending(percent(state.share)) : words.reading}</p>
          <progress max={1} {...(state.share < 1 ? { value: state.share } : {})} aria-label={words.upload} />
          <Button
            kind="quiet"
            press={() => {
              stop.current?.abort();
              setState({ kind: "idle" });
            }}
          >
            {words.stop}
          </Button>
        </div>
      )}
      {state.kind === "refused" &&
        (state.error instanceof Refusal && state.error.code === "invalid_plan" && file ? (
          <PlanProblems file={file} refusal={state.error} />
        ) : (
          <Failure error={state.error} again={file ? () => choose(file) : undefined} />
        ))}
      {state.kind === "fine" && file && (
        <>
          <Notice kind="good">
            <p>{words.good(number(state.plan.seats.length), number(sectionsOf(state.plan)))}</p>
          </Notice>
          <PlanMap plan={state.plan} />
          <Field label={words.planName} hint={words.planNameHint} maxLength={200} value={name} change={setName} />
          <Button press={() => store(file)}>{words.store}</Button>
        </>
      )}
      {state.kind === "stored" && (
        <Notice kind="good">
          <p>{words.stored(state.plan.name)}</p>
        </Notice>
      )}
    </section>
  );
}

function sectionsOf(plan: Schemas["PlanSeatsReply"]): number {
  return new Set(plan.seats.map((seat) => seat.section)).size;
}
