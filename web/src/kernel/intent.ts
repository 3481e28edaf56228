/** What a fan confirmed and nobody answered yet, kept so that a reload goes on with it under the same key. */

import { keep, recall } from "~/kernel/storage";

export interface Intent<Asked> {
  /** The `Idempotency-Key`: made when the fan confirms, sent with every repeat. */
  key: string;
  asked: Asked;
}

/** `name` says what it is about, such as `charge`; of one name, one intent is open at a time for each account. */
export function openIntent<Asked>(fanId: string, name: string): Intent<Asked> | null {
  return recall<Intent<Asked>>(place(fanId, name));
}

export function keepIntent<Asked>(fanId: string, name: string, intent: Intent<Asked>): void {
  keep(place(fanId, name), intent);
}

/** Another tab may have begun the next one meanwhile: that stays. */
export function forgetIntent(fanId: string, name: string, key: string): void {
  if (openIntent(fanId, name)?.key === key) keep(place(fanId, name), null);
}

/** A key for an intent that nothing else names. `crypto.randomUUID` exists only under https. */
export function freshKey(name: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `${name}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function place(fanId: string, name: string): string {
  return `intent.${fanId}.${name}`;
}
