/** The bitmap of taken seats: one bit for each, seat 0 in the highest bit of byte 0. */

export function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** A seat that the bitmap does not know counts as taken. */
export function isTaken(bits: Uint8Array, no: number): boolean {
  const byte = bits[no >> 3];
  return byte === undefined || (byte & (128 >> (no & 7))) !== 0;
}
