// X.509 certificates and private keys in PEM: what a certificate says, and whether a key belongs to it. A key never
// comes out: only its kind, its size, and that answer.
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** Subject and issuer are one, and the signature is its own. */
  readonly selfSigned: boolean;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly keyType: "rsa" | "ec" | "ed25519" | "ed448" | "dsa" | "unknown";
  /** Bits of the modulus, or of the curve; 0 when unknown. */
  readonly keyBits: number;
  /** `sha256WithRSAEncryption` and the like; the object identifier where it is not in the table. */
  readonly signature: string;
  readonly isCa: boolean;
  readonly names: readonly string[];
  /** Extended key usage: `serverAuth`, `clientAuth`, or an object identifier. */
  readonly usages: readonly string[];
  /** SHA-256 of the certificate, for telling two apart. */
  readonly fingerprint: string;
  /** Line of its BEGIN in the file. */
  readonly line: number;
}

export interface PrivateKey {
  /** `encrypted`: needs a passphrase. `broken`: is not a key. */
  readonly state: "ok" | "encrypted" | "broken";
  readonly type: string;
  readonly bits: number;
  readonly line: number;
}

export interface PemText {
  readonly certificates: readonly Certificate[];
  readonly keys: readonly PrivateKey[];
  readonly requests: number;
  /** Blocks of any kind; none: the file is empty, or is not PEM. */
  readonly blocks: number;
  /** There are more than are read. */
  readonly cut: boolean;
  /** Blocks that say they are a certificate and are none, by line. */
  readonly broken: readonly { readonly line: number; readonly message: string }[];
}

/** Blocks of one file; a trust bundle has some hundreds. */
const blockLimit = 2000;

interface Block {
  readonly label: string;
  readonly pem: string;
  readonly line: number;
}

/** PEM blocks of RFC 7468; text around them is explanation. */
function blocks(text: string): readonly Block[] {
  const found: Block[] = [];
  let label: string | undefined;
  let start = 0;
  let lines: string[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trimEnd();
    const begin = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/.exec(line)?.[1];
    if (begin !== undefined) {
      label = begin;
      start = index + 1;
      lines = [];
    }
    if (label === undefined) continue;
    lines.push(line);
    if (line !== `-----END ${label}-----`) continue;
    found.push({ label, pem: lines.join("\n"), line: start });
    label = undefined;
    if (found.length >= blockLimit) break;
  }
  if (label !== undefined) found.push({ label, pem: lines.join("\n"), line: start });
  return found;
}

/** Signature algorithms of RFC 3279, 4055, 5758, 8410 by the bytes of their object identifier. */
const signatures: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.2": "md2WithRSAEncryption",
  "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.10": "rsassaPss",
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
  "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
  "1.2.840.10040.4.3": "dsa-with-SHA1",
  "1.2.840.10045.4.1": "ecdsa-with-SHA1",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
};

interface Der {
  readonly start: number;
  readonly end: number;
}

/** The value of one DER element (X.690 8.1), or undefined where the bytes end. */
function element(bytes: Uint8Array, at: number): Der | undefined {
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  if (count === 0 || count > 4) return undefined;
  let length = 0;
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  return { start: at + 2 + count, end: at + 2 + count + length };
}

function objectIdentifier(bytes: Uint8Array): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (parts.length === 0)
      parts.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else parts.push(value);
    value = 0;
  }
  return parts.join(".");
}

/** The algorithm after the signed part: Certificate ::= SEQUENCE { tbs, algorithm SEQUENCE { oid … }, … } (RFC 5280). */
function signatureOf(der: Uint8Array): string {
  const certificate = element(der, 0);
  const signed = certificate === undefined ? undefined : element(der, certificate.start);
  const algorithm = signed === undefined ? undefined : element(der, signed.end);
  const oid = algorithm === undefined ? undefined : element(der, algorithm.start);
  if (oid === undefined) return "unknown";
  const name = objectIdentifier(der.subarray(oid.start, oid.end));
  return signatures[name] ?? name;
}

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp224r1: 224,
  prime192v1: 192,
};

function keyOf(key: KeyObject): { readonly type: Certificate["keyType"]; readonly bits: number } {
  const details = key.asymmetricKeyDetails;
  switch (key.asymmetricKeyType) {
    case "rsa":
    case "rsa-pss":
      return { type: "rsa", bits: details?.modulusLength ?? 0 };
    case "ec":
      return { type: "ec", bits: curveBits[details?.namedCurve ?? ""] ?? 0 };
    case "ed25519":
      return { type: "ed25519", bits: 256 };
    case "ed448":
      return { type: "ed448", bits: 456 };
    case "dsa":
      return { type: "dsa", bits: details?.modulusLength ?? 0 };
    default:
      return { type: "unknown", bits: 0 };
  }
}

const usageNames: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "serverAuth",
  "1.3.6.1.5.5.7.3.2": "clientAuth",
  "2.5.29.37.0": "any",
};

/** A distinguished name on one line, the most general part first, as openssl prints it. */
function oneLine(name: string): string {
  return name.split("\n").join(", ");
}

function certificateOf({ pem, line }: Block): Certificate {
  const x509 = new X509Certificate(pem);
  const { type, bits } = keyOf(x509.publicKey);
  const usages: readonly unknown[] = Array.isArray(x509.keyUsage) ? x509.keyUsage : [];
  return {
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    selfSigned: x509.subject === x509.issuer && x509.verify(x509.publicKey),
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
    keyType: type,
    keyBits: bits,
    signature: signatureOf(x509.raw),
    isCa: x509.ca,
    names: (x509.subjectAltName ?? "").split(", ").filter((name) => name !== ""),
    usages: usages.map((usage) => usageNames[String(usage)] ?? String(usage)),
    fingerprint: x509.fingerprint256.replaceAll(":", "").toLowerCase(),
    line,
  };
}

function privateKeyOf({ pem, label, line }: Block): PrivateKey {
  if (label.startsWith("ENCRYPTED") || pem.includes("Proc-Type: 4,ENCRYPTED"))
    return { state: "encrypted", type: "unknown", bits: 0, line };
  try {
    return { state: "ok", ...keyOf(createPrivateKey(pem)), line };
  } catch {
    return { state: "broken", type: "unknown", bits: 0, line };
  }
}

/** Everything in a PEM file. A block that cannot be read is in `broken`, never left out in silence. */
export function parsePem(text: string): PemText {
  const certificates: Certificate[] = [];
  const keys: PrivateKey[] = [];
  const broken: { line: number; message: string }[] = [];
  let requests = 0;
  const all = blocks(text);
  for (const block of all) {
    if (
      block.label === "CERTIFICATE" ||
      block.label === "TRUSTED CERTIFICATE" ||
      block.label === "X509 CERTIFICATE"
    ) {
      try {
        certificates.push(certificateOf(block));
      } catch {
        broken.push({ line: block.line, message: "is not a certificate although it says so" });
      }
    } else if (block.label.endsWith("PRIVATE KEY")) keys.push(privateKeyOf(block));
    else if (block.label.endsWith("CERTIFICATE REQUEST")) requests++;
  }
  return { certificates, keys, requests, blocks: all.length, cut: all.length >= blockLimit, broken };
}

/** Does the first private key of `keyPem` belong to the first certificate of `certificatePem`? Undefined: cannot tell. */
export function keyMatches(certificatePem: string, keyPem: string): boolean | undefined {
  const certificate = blocks(certificatePem).find(({ label }) => label === "CERTIFICATE");
  const key = blocks(keyPem).find(({ label }) => label.endsWith("PRIVATE KEY"));
  if (certificate === undefined || key === undefined) return undefined;
  try {
    return new X509Certificate(certificate.pem).checkPrivateKey(createPrivateKey(key.pem));
  } catch {
    return undefined;
  }
}
