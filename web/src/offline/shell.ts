/** Whether this browser can open the tickets' pages without a network: only as long as there are tickets to show. */

import { signal } from "@preact/signals";

const WORKER = "/service-worker.js";

/** Whether it does: the worker is registered, and has everything that it needs. */
export const shellReady = signal(false);

let last = Promise.resolve();
let kept = false;

/**
 * Browsers have no workers outside of https, and some users forbid them: the pages then need a network. The files that
 * the worker kept stay: they are the same for everybody, and a worker that is wanted again in time goes on with them.
 */
export function keepShell(wanted: boolean): void {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  kept = wanted;
  if (!wanted) shellReady.value = false;
  last = last
    .then(async () => {
      if (!wanted) for (const registration of await workers.getRegistrations()) await registration.unregister();
      else {
        await workers.register(WORKER, { updateViaCache: "none" });
        void workers.ready.then(() => {
          shellReady.value = kept;
        });
      }
    })
    .catch(() => undefined); // everything else works without it
}
