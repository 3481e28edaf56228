/** Who is signed in, the same in every tab. A refresh token works once, so tabs take turns to use it. */

import { signal } from "@preact/signals";
import type { components } from "~/api/schema";
import { keep, keysFrom, onKept, recall } from "~/kernel/storage";

type Reply = components["schemas"]["SessionReply"];

export interface Session {
  access: string;
  refresh: string;
  /** By this browser's clock: only how long ago it was given matters. */
  accessUntilMs: number;
  user: components["schemas"]["UserReply"];
}

const KEY = "session";
const EARLY_MS = 30_000;
/** How the names begin of what is kept for the fan who is signed in, and for nobody after. */
export const WHILE_SIGNED_IN = "own.";

export const session = signal<Session | null>(recallSession());
onKept(KEY, () => {
  session.value = recallSession();
});

export function beginSession(reply: Reply): void {
  put({
    access: reply.access_token,
    refresh: reply.refresh_token,
    accessUntilMs: Date.now() + reply.expires_in_s * 1_000,
    user: reply.user,
  });
}

/** Forgets it here; the service is told by whoever signs out. */
export function forgetSession(): void {
  put(null);
}

/** A token that is good for the next seconds; null when nobody is signed in. */
export async function accessToken(): Promise<string | null> {
  const current = session.value;
  if (!current) return null;
  return Date.now() < current.accessUntilMs - EARLY_MS ? current.access : renewSession(current.access);
}

/** A token other than `used`; null, and signed out, when the session is over. */
export async function renewSession(used: string | null): Promise<string | null> {
  return alone(async () => {
    const current = recallSession() ?? session.value; // another tab may have been faster
    if (!current) return null;
    if (current.access !== used) {
      session.value = current;
      return current.access;
    }
    const response = await fetch("/api/v1/sessions/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token: current.refresh }),
    }).catch(() => null);
    if (response?.ok) {
      beginSession((await response.json()) as Reply);
      return session.value?.access ?? null;
    }
    if (response && response.status >= 400 && response.status < 500 && response.status !== 429) forgetSession();
    return response ? null : current.access;
  });
}

/** Null for what is no session: another release, or another hand, may have written it. */
function recallSession(): Session | null {
  const kept = recall<Partial<Session>>(KEY);
  const whole =
    typeof kept?.access === "string" &&
    typeof kept.refresh === "string" &&
    typeof kept.accessUntilMs === "number" &&
    typeof kept.user?.id === "string";
  return whole ? (kept as Session) : null;
}

function put(value: Session | null): void {
  if (value?.user.id !== session.value?.user.id) for (const key of keysFrom(WHILE_SIGNED_IN)) keep(key, null);
  keep(KEY, value);
  session.value = value;
}

async function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("boxoffice.session", work) : work();
}
