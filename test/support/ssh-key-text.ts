// Public keys of SSH made of arbitrary numbers, for tests: right in form, keys to nothing.

function packed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A number of exactly `bits` bits; RFC 4251 puts a zero before a high first bit. */
function number(bits: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0x5a);
  bytes[0] = 1 << ((bits - 1) % 8);
  return (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

function bare(type: string, bits: number): readonly Buffer[] {
  if (type.startsWith("ssh-rsa")) return [Buffer.from([1, 0, 1]), number(bits)];
  if (type.startsWith("ssh-dss")) return [number(bits), number(160), number(bits), number(bits)];
  if (type.includes("ecdsa")) return [Buffer.from(/nistp\d+/.exec(type)?.[0] ?? ""), Buffer.alloc(65, 4)];
  return [Buffer.alloc(32, 7)];
}

/** A nonce before and what is certified behind, on tokens the application. */
function parts(type: string, bits: number): readonly Buffer[] {
  const certificate = type.includes("-cert");
  return [
    ...(certificate ? [Buffer.alloc(32, 1)] : []),
    ...bare(type, bits),
    ...(type.startsWith("sk-") ? [Buffer.from("ssh:")] : []),
    ...(certificate ? [Buffer.alloc(200, 2)] : []),
  ];
}

/** `type base64`. */
export function keyText(type: string, bits = 256): string {
  const blob = Buffer.concat([packed(Buffer.from(type)), ...parts(type, bits).map(packed)]);
  return `${type} ${blob.toString("base64")}`;
}
