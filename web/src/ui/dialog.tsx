import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import "~/ui/dialog.css";

interface Given {
  open: boolean;
  title: string;
  close: () => void;
  children: ComponentChildren;
}

/** A question before the page goes on. The browser keeps the focus inside, and gives it back. */
export function Dialog({ open, title, close, children }: Given) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    if (!open && element?.open) element.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={() => open && close()}>
      <h2 id={id}>{title}</h2>
      {open && children}
    </dialog>
  );
}
