/** Whether this browser can open the tickets' pages without a network: only as long as there are tickets to show. */

const WORKER = "/service-worker.js";

let last = Promise.resolve();

/**
 * Browsers have no workers outside of https, and some users forbid them: the pages then need a network. The files that
 * the worker kept stay: they are the same for everybody, and a worker that is wanted again in time goes on with them.
 */
export function keepShell(wanted: boolean): void {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  last = last
    .then(async () => {
      if (wanted) await workers.register(WORKER, { updateViaCache: "none" });
      else for (const registration of await workers.getRegistrations()) await registration.unregister();
    })
    .catch(() => undefined); // everything else works without it
}
