import { useEffect, useState } from "preact/hooks";
import { moment } from "~/i18n/format";
import type { Kept } from "~/reservations/kept";
import { text } from "~/reservations/messages";
import { Notice } from "~/ui/notice";

const QUIET_MS = 3_000;

/** Says that what is shown is a copy, once the service has failed to answer or takes long. */
export function Copy({ kept, failed }: { kept: Pick<Kept, "toldMs">; failed: boolean }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!failed && !late) return null;
  return (
    <Notice kind="warning">
      <p>{text().copy(moment(new Date(kept.toldMs).toISOString(), "short"))}</p>
    </Notice>
  );
}
