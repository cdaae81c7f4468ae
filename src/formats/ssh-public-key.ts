// Public keys of SSH in base64 (RFC 4253 6.6, RFC 5656, PROTOCOL.certkeys): kind and strength. Private keys never come here.
import { createHash } from "node:crypto";

export interface SshPublicKey {
  /** The name inside the key, such as `ssh-rsa` or `ssh-ed25519-cert-v01@openssh.com`. */
  readonly type: string;
  readonly kind: "rsa" | "dsa" | "ecdsa" | "ed25519" | "other";
  /** Of the modulus for RSA and DSA, of the curve else; 0 where the kind is not known. */
  readonly bits: number;
  readonly certificate: boolean;
  /** On a hardware token (FIDO). */
  readonly hardware: boolean;
  /** As `ssh-keygen -l` prints it: `SHA256:…`; of a certificate that of the key in it. */
  readonly fingerprint: string;
}

/** Bytes of base64 text decoded; the largest honest keys, certificates among them, have a few kilobytes. */
const limit = 64 * 1024;

class Reader {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  get ended(): boolean {
    return this.at === this.bytes.length;
  }

  /** A string with its length in front; undefined where the bytes end. */
  string(): Buffer | undefined {
    if (this.at + 4 > this.bytes.length) return undefined;
    const length = this.bytes.readUInt32BE(this.at);
    const start = this.at + 4;
    if (length > this.bytes.length - start) return undefined;
    this.at = start + length;
    return this.bytes.subarray(start, this.at);
  }
}

/** Bits of a number of RFC 4251 without its leading zeros. */
function bitsOf(number: Buffer | undefined): number {
  if (number === undefined) return 0;
  const first = number.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (number.length - first - 1) * 8 + (32 - Math.clz32(number[first] ?? 0));
}

const curves: Readonly<Record<string, number>> = { nistp256: 256, nistp384: 384, nistp521: 521 };

function kindOf(type: string): SshPublicKey["kind"] {
  if (/^(?:ssh-rsa|rsa-sha2)/.test(type)) return "rsa";
  if (type.startsWith("ssh-dss")) return "dsa";
  if (/^(?:sk-|webauthn-sk-)?ecdsa-sha2-/.test(type)) return "ecdsa";
  return /^(?:sk-)?ssh-ed25519/.test(type) ? "ed25519" : "other";
}

/** How many strings follow the name. */
const fields: Readonly<Record<SshPublicKey["kind"], number>> = {
  rsa: 2,
  dsa: 4,
  ecdsa: 2,
  ed25519: 1,
  other: 0,
};

function strength(kind: SshPublicKey["kind"], type: string, strings: readonly Buffer[]): number {
  if (kind === "rsa") return bitsOf(strings[1]);
  if (kind === "dsa") return bitsOf(strings[0]);
  if (kind === "ed25519") return strings[0]?.length === 32 ? 256 : 0;
  const curve = /nistp\d+/.exec(type)?.[0] ?? "";
  const named = strings[0]?.toString("latin1") === curve && (strings[1]?.length ?? 0) > 0;
  return named && Object.hasOwn(curves, curve) ? (curves[curve] ?? 0) : 0;
}

function packed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Of the key alone, without what a certificate adds. */
function fingerprintOf(type: string, strings: readonly Buffer[], whole: Buffer): string {
  const plain = type.replace(
    /-cert(?:-v0\d)?(?:@openssh\.com)?$/,
    type.startsWith("sk-") ? "@openssh.com" : "",
  );
  const bytes = plain === type ? whole : Buffer.concat([Buffer.from(plain), ...strings].map(packed));
  return `SHA256:${createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "")}`;
}

/** Undefined where the text is no key. */
export function parsePublicKey(base64: string): SshPublicKey | undefined {
  if (base64.length > limit * 2 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const reader = new Reader(bytes);
  const type = reader.string()?.toString("latin1");
  if (type === undefined || !/^[!-~]{1,64}$/.test(type)) return undefined;
  const certificate = /-cert(?:-v0\d@openssh\.com)?$/.test(type);
  // A certificate starts with a nonce.
  if (certificate && reader.string() === undefined) return undefined;
  const kind = kindOf(type);
  const hardware = /^(?:webauthn-)?sk-/.test(type);
  const digest = (strings: readonly Buffer[]) => fingerprintOf(type, strings, bytes);
  if (kind === "other") return { type, kind, bits: 0, certificate, hardware, fingerprint: digest([]) };
  // The name of an application follows in keys on tokens.
  const strings = Array.from({ length: fields[kind] + (hardware ? 1 : 0) }, () => reader.string());
  const whole = strings.filter((one) => one !== undefined);
  const bits = strength(kind, type, whole);
  // A certificate goes on with what it certifies.
  if (whole.length < strings.length || bits === 0 || reader.ended === certificate) return undefined;
  return { type, kind, bits, certificate, hardware, fingerprint: digest(whole) };
}
