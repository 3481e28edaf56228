import type { ComponentChildren } from "preact";
import { text } from "~/concerts/messages";

/** The way to what the fan has bought; `main` where there is nothing else to do. */
export function ToTickets({ main = false, children }: { main?: boolean; children?: ComponentChildren }) {
  return (
    <a class={main ? "button" : "button quiet"} href="/reservations">
      {text().toTickets}
      {children}
    </a>
  );
}
