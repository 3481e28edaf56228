import type { FunctionComponent } from "preact";
import { lazy } from "preact-iso";
import { Broken } from "~/shell/broken";

/** A page whose file comes when it is wanted; where it cannot be had, a sentence and a way to try again. */
export function page<Props>(load: () => Promise<FunctionComponent<Props>>) {
  return lazy<FunctionComponent<Props>>(() => load().catch(() => Broken));
}
