/** What the browser keeps for one fan and shows to no other: a phone, or a tab, may have several users. */

import { keep, recall } from "~/kernel/storage";
import { lapsed, session, WHILE_SIGNED_IN } from "~/session/session";

export interface Own<T> {
  fanId: string | null;
  value: T;
}

export function keepOwn(key: string, value: unknown): void {
  keep(key, value === null ? null : { fanId: whose(), value });
}

export function recallOwn<T>(key: string): T | null {
  const kept = recall<Own<T>>(key);
  const fanId = key.startsWith(WHILE_SIGNED_IN) ? (whose() ?? lapsed.value) : whose();
  return kept?.fanId === fanId ? kept.value : null;
}

/** The name under which something is forgotten as soon as somebody else signs in, or the session is over for good. */
export function whileSignedIn(key: string): string {
  return WHILE_SIGNED_IN + key;
}

function whose(): string | null {
  return session.value?.user.id ?? null;
}
