import { useEffect, useState } from "preact/hooks";
import { isPassing, Lost } from "~/api/failures";
import { moment } from "~/i18n/format";
import type { Kept } from "~/reservations/kept";
import { text } from "~/reservations/messages";
import { Button } from "~/ui/button";
import { text as common } from "~/ui/messages";
import { Notice } from "~/ui/notice";

const QUIET_MS = 3_000;

interface Given {
  kept: Pick<Kept, "toldMs">;
  /** Why the service has not told; null while it is asked. */
  error: unknown;
  again: () => void;
}

/** Says that what is shown is a copy, and why, once the service has failed to answer or takes long. */
export function Copy({ kept, error, again }: Given) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!error && !late) return null;
  const words = text();
  const when = moment(new Date(kept.toldMs).toISOString(), "short");
  return (
    <Notice kind="warning">
      <p>{error instanceof Lost ? words.copyOffline(when) : words.copyUnanswered(when)}</p>
      {Boolean(error) && !isPassing(error) && (
        <Button kind="quiet" press={again}>
          {common().again}
        </Button>
      )}
    </Notice>
  );
}
