/** Signing out: at once here, whatever the network does, and then at the service. */

import { exchange, forgetSession, session } from "~/session/session";

const PATIENCE_MS = 20_000;

/** Forgets the session, and what is kept while it lasts. The service is told in the background, even if the page goes. */
export function signOut(): void {
  const left = session.value;
  forgetSession();
  if (left) void tell(left.access, left.refresh).catch(() => undefined); // nobody here has the tokens any more
}

async function tell(access: string, refresh: string): Promise<void> {
  const how = { keepalive: true, signal: AbortSignal.timeout(PATIENCE_MS) };
  if ((await end(access, how)) !== 401) return;
  const renewed = await exchange(refresh, how);
  if (renewed) await end(renewed.access_token, how);
}

async function end(access: string, how: RequestInit): Promise<number> {
  const headers = { Authorization: `Bearer ${access}` };
  return (await fetch("/api/v1/sessions/current", { ...how, method: "DELETE", headers })).status;
}
