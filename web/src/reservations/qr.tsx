import { encode } from "uqr";
import { barsOf } from "~/reservations/code";

/** Four squares of quiet around a code are what its standard asks for (ISO/IEC 18004). */
const QUIET = 4;

/** A QR code, dark on white whatever the page's colours are: that is what scanners read. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", boostEcc: true, border: QUIET });
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={barsOf(data)} fill="#000" />
    </svg>
  );
}
