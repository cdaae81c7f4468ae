// The order of strcmp(3), in which programs read the files of their drop-in directories. Not a locale's order.

/** Compares by UTF-8 bytes: JavaScript's own order of strings differs beyond the basic plane. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
