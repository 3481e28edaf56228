import type { ComponentChildren } from "preact";

/** A sentence in a box. Errors interrupt a screen reader; the others wait for it to finish. */
export function Notice({
  kind,
  children,
}: {
  kind: "info" | "good" | "warning" | "error";
  children: ComponentChildren;
}) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
      {children}
    </div>
  );
}
