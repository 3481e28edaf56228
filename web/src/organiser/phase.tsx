import type { Schemas } from "~/api/client";
import { text } from "~/organiser/messages";

export type Phase = Schemas["SaleReply"]["phase"];

export function PhaseBadge({ phase }: { phase: Phase }) {
  return <span class={`sale-phase ${phase}`}>{text().phases[phase]}</span>;
}
