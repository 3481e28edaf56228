import { useLocation } from "preact-iso";
import { moment } from "~/i18n/format";
import type { Kept } from "~/reservations/kept";
import { text } from "~/reservations/messages";
import { Notice } from "~/ui/notice";

/** Says to a fan whose session has lapsed that these are copies, and leads to the sign-in and back. */
export function Lapsed({ kept }: { kept: Pick<Kept, "toldMs"> }) {
  const { url } = useLocation();
  const words = text();
  return (
    <Notice kind="warning">
      <p>{words.lapsed(moment(new Date(kept.toldMs).toISOString(), "short"))}</p>
      <a class="button" href={`/sign-in?next=${encodeURIComponent(url)}`}>
        {words.signInAgain}
      </a>
    </Notice>
  );
}
