import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { lapsed, session } from "~/session/session";

interface Given {
  children: (fanId: string) => ComponentChildren;
  /** Whether it has something for a fan whose session has lapsed as well. */
  lapsedToo?: boolean;
}

/** Shows a page to who is signed in; everybody else goes to sign in first, and comes back. */
export function SignedIn({ children, lapsedToo = false }: Given) {
  const { url, route } = useLocation();
  const fanId = session.value?.user.id ?? (lapsedToo ? lapsed.value : null);
  useEffect(() => {
    if (!fanId) route(`/sign-in?next=${encodeURIComponent(url)}`, true);
  }, [fanId]);
  return fanId ? children(fanId) : null;
}
