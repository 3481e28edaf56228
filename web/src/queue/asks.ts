/** The four requests of a waiting fan, each answered by the event that the machine takes. */

import { answer, api } from "~/api/client";
import { Lost } from "~/api/failures";
import type { Ask, Event } from "~/queue/machine";

const PATIENCE_MS = 10_000;

/** A request that hangs, as after a phone's sleep, counts as lost after ten seconds. */
export async function put(ask: Ask, concertId: string, token: string | null, stop: AbortSignal): Promise<Event> {
  const hasty = new AbortController();
  const timer = setTimeout(() => hasty.abort(), PATIENCE_MS);
  stop.addEventListener("abort", () => hasty.abort());
  try {
    return await ASKS[ask]({
      params: { path: { concert_id: concertId } },
      headers: token ? { "X-Queue-Token": token } : {},
      signal: hasty.signal,
    });
  } catch (error) {
    return { kind: "failed", ask, error: hasty.signal.aborted ? new Lost() : error };
  } finally {
    clearTimeout(timer);
  }
}

type Call = {
  params: { path: { concert_id: string } };
  headers: Record<string, string>;
  signal: AbortSignal;
};

const CURRENT = "/api/v1/concerts/{concert_id}/queue/tokens/current";

const ASKS: Record<Ask, (call: Call) => Promise<Event>> = {
  join: async (call) => {
    const reply = await answer(api.POST("/api/v1/concerts/{concert_id}/queue/tokens", call));
    return { kind: "joined", reply };
  },
  // The public queue is the same for all: nothing of the fan goes along. The browser's own cache would answer with what is
  // old and ask once more behind our back; `no-cache` asks once, and gets 304 where nothing is new.
  look: async ({ params, signal }) => {
    const seen = await answer(api.GET("/api/v1/concerts/{concert_id}/queue", { params, signal, cache: "no-cache" }));
    return { kind: "looked", seen };
  },
  current: async (call) => ({ kind: "told", reply: await answer(api.GET(CURRENT, call)) }),
  leave: async (call) => {
    await answer(api.DELETE(CURRENT, call));
    return { kind: "left" };
  },
};
