import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "~/ui/button";
import { Failure } from "~/ui/failure";
import "~/ui/form.css";

interface Given {
  /** What the button says. */
  submit: string;
  busy: boolean;
  error: unknown;
  /** Called by button and Enter; whoever is called says in the fields what has to be put right. */
  send: () => void;
  disabled?: boolean;
  /** Stands beside the button. */
  beside?: ComponentChildren;
  children: ComponentChildren;
}

/** Fields that are sent together. What could not be sent has the focus afterwards, on the first field that is wrong. */
export function Form({ submit, busy, error, send, disabled = false, beside, children }: Given) {
  const form = useRef<HTMLFormElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [tries]);
  return (
    <form
      ref={form}
      class="card form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTries((before) => before + 1);
        if (!busy) send();
      }}
    >
      {children}
      <Failure error={error} />
      <div class="buttons">
        <Button type="submit" busy={busy} disabled={disabled}>
          {submit}
        </Button>
        {beside}
      </div>
    </form>
  );
}
