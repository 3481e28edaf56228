import { useEffect, useRef, useState } from "preact/hooks";
import { answer, api } from "~/api/client";
import { type Action, actionsIn } from "~/organiser/concerts/actions";
import { text } from "~/organiser/concerts/messages";
import type { Phase } from "~/organiser/phase";
import { useAction } from "~/ui/async";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";

interface Given {
  concertId: string;
  phase: Phase;
  /** Why the sale should not be opened yet, if so. */
  notYet?: string | null;
  changed: () => void;
}

/** Opens, pauses, resumes and closes the sale; each is asked for twice, for fans feel it at once. */
export function SaleControls({ concertId, phase, notYet = null, changed }: Given) {
  const [asked, ask] = useState<Action | null>(null);
  const act = useAction(async (action: Action) => {
    const params = { path: { concert_id: concertId } };
    await answer(api.POST("/api/v1/admin/concerts/{concert_id}/sale", { params, body: { action } }));
    ask(null);
    changed();
  });
  const words = text();
  return (
    <section class="card">
      <h2>{words.sale}</h2>
      <p class="hint">{words.phaseHints[phase]}</p>
      {asked ? (
        <Confirmation action={asked} busy={act.busy} yes={() => act.run(asked)} no={() => ask(null)} />
      ) : (
        <div class="buttons">
          {actionsIn(phase).map((action) => (
            <Button
              key={action}
              kind={action === "close" ? "danger" : action === "pause" ? "quiet" : "main"}
              disabled={notYet !== null && action === "open"}
              press={() => ask(action)}
            >
              {words.actions[action]}
            </Button>
          ))}
        </div>
      )}
      {notYet && actionsIn(phase).includes("open") && <p class="hint">{notYet}</p>}
      <Failure error={act.error} />
    </section>
  );
}

function Confirmation({ action, busy, yes, no }: { action: Action; busy: boolean; yes: () => void; no: () => void }) {
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => box.current?.focus(), []);
  const words = text();
  return (
    <fieldset
      ref={box}
      class="confirmation"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") no();
      }}
    >
      <legend>{words.actions[action]}</legend>
      <p>{words.questions[action]}</p>
      <div class="buttons">
        <Button kind={action === "close" ? "danger" : "main"} busy={busy} press={yes}>
          {words.confirm[action]}
        </Button>
        <Button kind="quiet" press={no}>
          {words.back}
        </Button>
      </div>
    </fieldset>
  );
}
