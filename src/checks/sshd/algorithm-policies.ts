// What named policies allow of the algorithms of SSH, the preferred first. Data only.

export const policies = ["cis", "strong", "post-quantum"] as const;
export type Policy = (typeof policies)[number];

export type List = "ciphers" | "macs" | "kex" | "hostKeys";

export interface Rule {
  /** All that may be offered; undefined: anything but what is refused. */
  readonly allowed?: readonly string[];
  /** Patterns of what may not be offered. */
  readonly refused: readonly RegExp[];
}

/** Key exchanges that a quantum computer does not undo. */
export const hybrids = [
  "mlkem768x25519-sha256",
  "mlkem768nistp256-sha256",
  "sntrup761x25519-sha512",
  "sntrup761x25519-sha512@openssh.com",
];

const certified = (names: readonly string[]) => [
  ...names.map((name) => `${name.replace("@openssh.com", "")}-cert-v01@openssh.com`),
  ...names,
];

const keyNames = [
  "ssh-ed25519",
  "sk-ssh-ed25519@openssh.com",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ecdsa-sha2-nistp521",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp256",
  "sk-ecdsa-sha2-nistp256@openssh.com",
  "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
];

const modernKeys = ["ssh-mldsa44-ed25519-cert", "ssh-mldsa44-ed25519", ...certified(keyNames)];

const oldKeys = [/^ssh-dss/, /^ssh-rsa(?:-cert-v0\d@openssh\.com)?$/];

const gcmFirst = ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com"];
const etm = ["hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "umac-128-etm@openssh.com"];

const strong: Readonly<Record<List, Rule>> = {
  ciphers: { allowed: [...gcmFirst, "aes256-ctr", "aes192-ctr", "aes128-ctr"], refused: [] },
  macs: { allowed: etm, refused: [] },
  kex: {
    allowed: [
      ...hybrids,
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "diffie-hellman-group18-sha512",
      "diffie-hellman-group16-sha512",
      "diffie-hellman-group-exchange-sha256",
    ],
    refused: [],
  },
  hostKeys: { allowed: modernKeys, refused: oldKeys },
};

export const rules: Readonly<Record<Policy, Readonly<Record<List, Rule>>>> = {
  // The names that the CIS benchmarks call weak; everything else is left.
  cis: {
    ciphers: { refused: [/-cbc(?:@|$)/, /^arcfour/, /^none$/] },
    macs: { refused: [/^hmac-md5/, /^hmac-ripemd160/, /^hmac-sha1-96/, /^umac-64/, /^none$/] },
    kex: {
      refused: [
        /^diffie-hellman-group1-sha1$/,
        /^diffie-hellman-group14-sha1$/,
        /^diffie-hellman-group-exchange-sha1$/,
      ],
    },
    hostKeys: { refused: oldKeys },
  },
  strong,
  "post-quantum": {
    ciphers: {
      allowed: ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr"],
      refused: [],
    },
    macs: { allowed: etm, refused: [] },
    kex: { allowed: hybrids, refused: [] },
    hostKeys: strong.hostKeys,
  },
};

export function allowedBy({ allowed, refused }: Rule, name: string): boolean {
  if (refused.some((pattern) => pattern.test(name))) return false;
  return allowed === undefined || allowed.includes(name);
}
