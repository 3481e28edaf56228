/** What the worker does with a request. Everything about a sale goes past it. */

/** Pages that are of use without a network: they can show what is kept. */
const PAGES = /^\/(reservations(\/[^/.]*)?\/?)?$/;

export interface Asked {
  method: string;
  mode: string;
  url: string;
}

/** `page`: the network first, then what is kept. `file`: kept, and never another under that name. Null: not ours. */
export function kindOf({ method, mode, url }: Asked, origin: string, files: readonly string[]): "page" | "file" | null {
  const at = new URL(url);
  if (method !== "GET" || at.origin !== origin) return null;
  if (mode === "navigate") return PAGES.test(at.pathname) ? "page" : null;
  return files.includes(at.pathname) ? "file" : null;
}

/** The network's answer, unless it fails, is a failure, or has not come after `patienceMs` while something is kept. */
export async function pageFrom(
  asked: Promise<Response>,
  kept: () => Promise<Response | undefined>,
  patienceMs: number,
): Promise<Response> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, patienceMs, null));
  const first = await Promise.race([asked, late]).catch(() => null);
  if (first && first.status < 500) return first;
  return (await kept()) ?? asked;
}
