/** Runs the machine: its timer, its requests, and the browser's events. One tab asks, the others show. */

import { type Signal, signal } from "@preact/signals";
import { Lost } from "~/api/failures";
import { nowMs } from "~/kernel/clock";
import { type Alarm, alarm } from "~/queue/alarm";
import { put } from "~/queue/asks";
import { type Ask, beginning, type Event, type State, step } from "~/queue/machine";
import { keepPlace, placeOf } from "~/queue/place";
import { takeTurns } from "~/queue/tabs";

export class Driver {
  readonly state: Signal<State>;
  /** Whether this tab is the one that asks. */
  leads = false;

  private next: Ask | null = null;
  private flight = new AbortController();
  private readonly alarm: Alarm = alarm(() => this.ask());
  private readonly others: BroadcastChannel | null;
  private readonly wanted: Event[] = [];
  private readonly leave: () => void;

  constructor(
    private readonly concertId: string,
    fanId: string,
  ) {
    this.state = signal(beginning(fanId, null, placeOf(concertId)));
    this.others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`boxoffice.queue.${concertId}`);
    if (this.others) this.others.onmessage = ({ data }) => this.hear(data as State);
    this.leave = takeTurns(`boxoffice.queue.${concertId}`, () => this.lead());
  }

  close(): void {
    this.leave();
    this.others?.close();
    this.alarm.close();
  }

  /** When the sale shall open, once that is known: near it, the public queue is looked at more often. */
  opensAt(atMs: number | null): void {
    this.state.value = { ...this.state.value, opensAtMs: atMs };
  }

  /** Takes what the fan wants; a tab that does not lead does so as soon as it may. */
  send(event: Event): void {
    if (!this.leads) {
      this.wanted.push(event);
      return;
    }
    const { state, next } = step(this.state.value, event, nowMs());
    if (state.place !== this.state.value.place) keepPlace(this.concertId, state.place);
    this.state.value = state;
    this.others?.postMessage({ ...state, stopped: null });
    this.next = next?.ask ?? null;
    this.flight.abort();
    if (next) this.alarm.set(next.afterMs + Math.random() * next.spreadMs);
    else this.alarm.clear();
  }

  private lead(): () => void {
    this.leads = true;
    // Another tab may have gone on meanwhile.
    this.state.value = { ...this.state.value, place: placeOf(this.concertId) };
    const woken = () => {
      if (document.visibilityState === "visible") this.send({ kind: "woken" });
    };
    const offline = () => {
      if (this.next) this.send({ kind: "failed", ask: this.next, error: new Lost() });
    };
    document.addEventListener("visibilitychange", woken);
    addEventListener("pageshow", woken);
    addEventListener("online", woken);
    addEventListener("offline", offline);
    this.send({ kind: "begin" });
    for (const event of this.wanted.splice(0)) this.send(event);
    return () => {
      this.leads = false;
      this.flight.abort();
      this.alarm.clear();
      document.removeEventListener("visibilitychange", woken);
      removeEventListener("pageshow", woken);
      removeEventListener("online", woken);
      removeEventListener("offline", offline);
    };
  }

  private hear(state: State): void {
    if (!this.leads) this.state.value = state;
  }

  private async ask(): Promise<void> {
    if (!this.next || !this.leads) return;
    const flight = new AbortController();
    this.flight = flight;
    const event = await put(this.next, this.concertId, this.state.value.place?.token ?? null, flight.signal);
    if (!flight.signal.aborted) this.send(event);
  }
}
