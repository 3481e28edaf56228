import type { JSX } from "preact";
import { useId } from "preact/hooks";

type Input = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "id" | "value" | "onInput">;

interface Given extends Input {
  label: string;
  hint?: string;
  problem?: string | null;
  value: string;
  change: (value: string) => void;
}

/** A labelled input; its hint and its problem are read with it. */
export function Field({ label, hint, problem, value, change, ...input }: Given) {
  const id = useId();
  const told = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...input}
        id={id}
        value={value}
        aria-invalid={problem ? true : undefined}
        aria-describedby={told || undefined}
        onInput={(event) => change(event.currentTarget.value)}
      />
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} class="problem">
          {problem}
        </p>
      )}
    </div>
  );
}
