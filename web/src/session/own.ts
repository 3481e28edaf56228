/** What the browser keeps for one fan and shows to no other: a phone, or a tab, may have several users. */

import { keep, recall } from "~/kernel/storage";
import { session } from "~/session/session";

export interface Own<T> {
  fanId: string | null;
  value: T;
}

export function keepOwn(key: string, value: unknown): void {
  keep(key, value === null ? null : { fanId: whose(), value });
}

export function recallOwn<T>(key: string): T | null {
  const kept = recall<Own<T>>(key);
  return kept?.fanId === whose() ? kept.value : null;
}

function whose(): string | null {
  return session.value?.user.id ?? null;
}
