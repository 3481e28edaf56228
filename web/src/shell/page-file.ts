import type { ComponentType } from "preact";
import { lazy } from "preact-iso";
import { Broken } from "~/shell/broken";

/** A page whose file comes when it is wanted; where it cannot be had, a sentence and a way to try again. */
export function page(load: () => Promise<ComponentType>) {
  return lazy(() => load().catch(() => Broken));
}
