import type { Phase } from "~/organiser/phase";

export type Action = "open" | "pause" | "resume" | "close";

const ACTIONS: Record<Phase, readonly Action[]> = {
  scheduled: ["open"],
  open: ["pause", "close"],
  paused: ["resume", "close"],
  closed: ["open"],
};

/** What can be done with a sale in this phase. */
export function actionsIn(phase: Phase): readonly Action[] {
  return ACTIONS[phase];
}
