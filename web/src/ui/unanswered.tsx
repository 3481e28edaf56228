import type { Settling } from "~/kernel/settling";
import { Button } from "~/ui/button";
import { text } from "~/ui/messages";
import { Notice } from "~/ui/notice";

interface Given {
  state: Settling<unknown>;
  tryNow: () => void;
  asking: string;
  lost: string;
  busy: string;
}

/** What is said while a confirmed intent has no answer: quietly at first, and why it takes longer when it does. */
export function Unanswered({ state, tryNow, asking, lost, busy }: Given) {
  if (state.kind !== "asking") return null;
  if (!state.trouble)
    return (
      <p class="visually-hidden" role="status">
        {asking}
      </p>
    );
  return (
    <Notice kind="warning">
      <p>{state.trouble === "lost" ? lost : busy}</p>
      <Button kind="quiet" busy={state.underWay} press={tryNow}>
        {text().tryNow}
      </Button>
    </Notice>
  );
}
