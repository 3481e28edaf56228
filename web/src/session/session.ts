/** Who is signed in, the same in every tab. A refresh token works once, so tabs take turns to use it. */

import { signal } from "@preact/signals";
import { isPassing, Lost, Refusal } from "~/api/failures";
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

/** The refresh token whose exchange has not been answered. The service may have taken it, and then takes it no more. */
const UNANSWERED = "unanswered";
const LAPSED = "lapsed";

export const session = signal<Session | null>(recallSession());
/** The fan whose session ended by an answer that was lost: nobody is signed in, but what was kept for them stays. */
export const lapsed = signal<string | null>(recallLapsed());
for (const key of [LAPSED, KEY])
  onKept(key, () => {
    lapsed.value = recallLapsed();
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

/** A token that is good for the next seconds; null when nobody is signed in. Throws as `renewSession` does. */
export async function accessToken(): Promise<string | null> {
  const current = session.value;
  if (!current) return null;
  if (Date.now() < current.accessUntilMs - EARLY_MS) return current.access;
  return renewSession(current.access).catch((error) => {
    if (Date.now() < current.accessUntilMs) return current.access; // as good as it was before somebody failed to answer
    throw error;
  });
}

/**
 * A token other than `used`; null, and signed out, when the session is over. Only the service's own word ends it:
 * whatever else answers, such as the door of a wireless network, throws a failure that passes.
 */
export async function renewSession(used: string | null): Promise<string | null> {
  return alone(async () => {
    const kept = recallSession(); // another tab may have been faster
    const current = kept ?? session.value;
    if (!current) return null;
    if (current.access !== used) {
      session.value = current;
      return current.access;
    }
    const unanswered = recall(UNANSWERED) === current.refresh;
    keep(UNANSWERED, current.refresh);
    const renewed = await exchange(current.refresh);
    const now = kept ? recallSession() : session.value;
    if (now?.refresh !== current.refresh) return null; // signed out while this was under way
    if (renewed) beginSession(renewed);
    else if (unanswered) store(null, current.user.id);
    else forgetSession();
    return session.value?.access ?? null;
  });
}

/** New tokens for old, null where the service says that the old ones are good no more. Throws what passes otherwise. */
export async function exchange(refresh: string, how: RequestInit = {}): Promise<Reply | null> {
  const response = await fetch("/api/v1/sessions/refresh", {
    ...how,
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: refresh }),
  }).catch(() => null);
  const body: unknown = await response?.json().catch(() => null);
  if (!response || !body) throw new Lost();
  if (response.ok && isReply(body)) return body;
  const refusal = Refusal.of(response, body);
  if (isProblem(response) && refusal.code === "unauthorized") return null;
  throw isPassing(refusal) ? refusal : new Lost();
}

/** What answers with anything else stands between this browser and the service. */
function isProblem(response: Response): boolean {
  return response.headers.get("Content-Type")?.startsWith("application/problem+json") ?? false;
}

function isReply(body: unknown): body is Reply {
  const { access_token, refresh_token } = body as Partial<Reply>;
  return typeof access_token === "string" && typeof refresh_token === "string";
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

function recallLapsed(): string | null {
  const kept = recall<unknown>(LAPSED);
  return typeof kept === "string" ? kept : null;
}

function put(value: Session | null): void {
  if (value?.user.id !== (session.value?.user.id ?? lapsed.value))
    for (const key of keysFrom(WHILE_SIGNED_IN)) keep(key, null);
  store(value, null);
}

function store(now: Session | null, lapsedFan: string | null): void {
  keep(UNANSWERED, null);
  keep(LAPSED, lapsedFan);
  keep(KEY, now);
  lapsed.value = lapsedFan;
  session.value = now;
}

async function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("boxoffice.session", work) : work();
}
