/** Drives `kernel/settling.ts`: sends, keeps the intent, waits, and sends again until there is an answer. */

import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { forgetIntent, type Intent, keepIntent, openIntent } from "~/kernel/intent";
import { type Event, isFinal, type Settling, step } from "~/kernel/settling";

interface Given<Asked, Answer> {
  fanId: string;
  name: string;
  /** The `Idempotency-Key` of a new intent. */
  key: () => string;
  send: (asked: Asked, key: string, signal: AbortSignal) => Promise<Answer>;
}

const ANSWER_WITHIN_MS = 20_000;

export class Settlement<Asked, Answer> {
  readonly state: Signal<Settling<Answer>> = signal({ kind: "idle" });
  private intent: Intent<Asked> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = true;

  constructor(private readonly given: Given<Asked, Answer>) {}

  /** What has no answer yet. */
  get asked(): Asked | null {
    return this.intent?.asked ?? null;
  }

  /** Goes on with what an earlier page left without an answer. */
  open(): void {
    this.closed = false;
    addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.intent ??= openIntent<Asked>(this.given.fanId, this.given.name);
    if (this.intent) this.apply(this.state.value.kind === "asking" ? { kind: "woken" } : { kind: "confirmed" });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
  }

  confirm(asked: Asked): void {
    if (this.state.value.kind === "asking") return;
    const { fanId, name, key } = this.given;
    // What another tab left open comes first: it is settled under its own key, and its answer says what it was.
    this.intent = openIntent<Asked>(fanId, name) ?? { key: key(), asked };
    keepIntent(fanId, name, this.intent);
    this.apply({ kind: "confirmed" });
  }

  readonly wake = (): void => {
    if (document.visibilityState === "visible") this.apply({ kind: "woken" });
  };

  private apply(event: Event<Answer>): void {
    const { state, sendInMs } = step(this.state.value, event, Math.random());
    this.state.value = state;
    if (this.intent && (state.kind === "done" || (state.kind === "refused" && isFinal(state.error)))) {
      forgetIntent(this.given.fanId, this.given.name, this.intent.key);
      this.intent = null;
    }
    if (sendInMs === null || this.closed) return;
    clearTimeout(this.timer);
    if (sendInMs === 0) this.send();
    else this.timer = setTimeout(() => this.send(), sendInMs);
  }

  private send(): void {
    const { intent } = this;
    if (!intent) return;
    this.apply({ kind: "sent" });
    this.given.send(intent.asked, intent.key, AbortSignal.timeout(ANSWER_WITHIN_MS)).then(
      (answer) => this.apply({ kind: "answered", answer }),
      (error) => this.apply({ kind: "failed", error }),
    );
  }
}

/** One settlement for as long as the page is open and `keys` stay. */
export function useSettlement<Asked, Answer>(
  make: () => Given<Asked, Answer>,
  keys: readonly unknown[],
): Settlement<Asked, Answer> {
  const settlement = useMemo(() => new Settlement(make()), [...keys]);
  useEffect(() => {
    settlement.open();
    return () => settlement.close();
  }, [settlement]);
  return settlement;
}
