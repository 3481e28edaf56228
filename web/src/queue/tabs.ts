/** Of several tabs, one does the work: the one that was seen last, as browsers slow down those that are hidden. */

/** Calls `lead` when this tab's turn comes, and what it returned when the turn is over. Returns the way out. */
export function takeTurns(name: string, lead: () => () => void): () => void {
  if (!navigator.locks) return lead(); // then every tab works for itself: more requests, no harm
  const { locks } = navigator;
  let asked = new AbortController();
  let leading = false;
  let closed = false;
  let release = () => {};

  const seek = (steal: boolean) => {
    asked.abort();
    const mine = new AbortController();
    asked = mine;
    const turn = () =>
      new Promise<void>((resolve) => {
        if (closed) return resolve();
        leading = true;
        const stop = lead();
        release = () => {
          release = () => {};
          leading = false;
          stop();
          resolve();
        };
      });
    locks
      .request(name, steal ? { steal } : { signal: mine.signal }, turn)
      .catch(() => undefined) // taken over by a tab that is seen now, or not wanted any more
      .then(() => {
        if (mine !== asked) return;
        release();
        if (!closed) seek(false);
      });
  };
  const seen = () => {
    if (!leading && document.visibilityState === "visible") seek(true);
  };

  seek(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", seen);
  addEventListener("focus", seen);
  return () => {
    closed = true;
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("focus", seen);
    asked.abort();
    release();
  };
}
