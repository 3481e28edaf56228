import type { ComponentChildren } from "preact";

interface Given {
  children: ComponentChildren;
  busy?: boolean;
  disabled?: boolean;
  kind?: "main" | "quiet" | "danger";
  type?: "button" | "submit";
  press?: () => void;
}

/** A busy button keeps its place and the focus, and does nothing. */
export function Button({ children, busy = false, disabled = false, kind = "main", type = "button", press }: Given) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={disabled}
      aria-busy={busy || undefined}
      onClick={press && (() => busy || press())}
    >
      {children}
    </button>
  );
}
