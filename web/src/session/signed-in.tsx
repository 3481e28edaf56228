import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { session } from "~/session/session";

/** Shows a page to who is signed in; everybody else goes to sign in first, and comes back. */
export function SignedIn({ children }: { children: (fanId: string) => ComponentChildren }) {
  const { url, route } = useLocation();
  const fanId = session.value?.user.id;
  useEffect(() => {
    if (!fanId) route(`/sign-in?next=${encodeURIComponent(url)}`, true);
  }, [fanId]);
  return fanId ? children(fanId) : null;
}
