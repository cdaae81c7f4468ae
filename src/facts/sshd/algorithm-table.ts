// The algorithms each OpenSSH release offers when nothing is set, and all that it knows (myproposal.h; `sshd -T` and
// `ssh -Q` of 7.2 to 10.6 as Debian and Ubuntu build them; manual pages of RHEL 7). Data only.
import type { SshdBuild } from "./build.js";

export type AlgorithmKind = "cipher" | "mac" | "kex" | "key" | "signature";

export interface Algorithms {
  /** What is offered where the configuration says nothing. */
  readonly defaults: readonly string[];
  /** All that may be named, in the order in which a pattern finds them. */
  readonly supported: readonly string[];
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

const ctr = "aes128-ctr aes192-ctr aes256-ctr";
const gcm = "aes128-gcm@openssh.com aes256-gcm@openssh.com";
const chacha = "chacha20-poly1305@openssh.com";

function ciphers({ version, vendor }: SshdBuild): Algorithms {
  const rhel7 = vendor === "redhat" && version < 800;
  const old = rhel7 ? "aes128-cbc aes192-cbc aes256-cbc blowfish-cbc cast128-cbc 3des-cbc" : "";
  const first =
    version < 706 ? "3des-cbc blowfish-cbc cast128-cbc arcfour arcfour128 arcfour256" : "3des-cbc";
  const rijndael = version < 805 ? "rijndael-cbc@lysator.liu.se" : "";
  return {
    defaults: words(version < 1000 ? `${chacha} ${ctr} ${gcm} ${old}` : `${chacha} ${gcm} ${ctr}`),
    supported: words(`${first} aes128-cbc aes192-cbc aes256-cbc ${rijndael} ${ctr} ${gcm} ${chacha}`),
  };
}

const etm = (names: string) =>
  words(names)
    .map((name) => `${name.replace("@openssh.com", "")}-etm@openssh.com`)
    .join(" ");

function macs({ version }: SshdBuild): Algorithms {
  const ripemd = version < 706 ? "hmac-ripemd160 hmac-ripemd160@openssh.com" : "";
  const hmac = "hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96";
  const umac = "umac-64@openssh.com umac-128@openssh.com";
  const offered = "hmac-sha2-256 hmac-sha2-512 hmac-sha1";
  return {
    defaults: words(`${etm(umac)} ${etm(offered)} ${umac} ${offered}`),
    supported: words(
      `${hmac} ${ripemd} ${umac} ${etm(hmac)} ${version < 706 ? etm("hmac-ripemd160") : ""} ${etm(umac)}`,
    ),
  };
}

const curve = "curve25519-sha256 curve25519-sha256@libssh.org";
const nist = "ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521";
const modp =
  "diffie-hellman-group-exchange-sha256 diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group14-sha256";
const ntru = "sntrup761x25519-sha512@openssh.com";
const mlkem = "mlkem768x25519-sha256";

/** The name registered with IANA: 9.9, and Debian 12 since its fourth update. */
function registeredNtru({ version, vendor, text }: SshdBuild): string {
  const update = /^1:9\.2p1-2\+deb12u(\d+)/.exec(text)?.[1];
  const backported = vendor === "debian" && version === 902 && (update === undefined || Number(update) >= 4);
  return version >= 909 || backported ? "sntrup761x25519-sha512" : "";
}

function kexDefaults(build: SshdBuild): string {
  const { version, vendor } = build;
  const elliptic = `${curve} ${nist}`;
  const both = `${registeredNtru(build)} ${ntru}`;
  if (version >= 1000) return `${mlkem} ${both} ${elliptic}`;
  if (version >= 909) return `${both} ${mlkem} ${elliptic} ${modp}`;
  if (version >= 900) return `${both} ${elliptic} ${modp}`;
  if (version >= 809) return `${elliptic} ${ntru} ${modp}`;
  if (version >= 802) return `${elliptic} ${modp}`;
  if (vendor === "redhat" && version < 800)
    return `${elliptic} diffie-hellman-group-exchange-sha256 diffie-hellman-group16-sha512 diffie-hellman-group18-sha512
      diffie-hellman-group-exchange-sha1 diffie-hellman-group14-sha256 diffie-hellman-group14-sha1 diffie-hellman-group1-sha1`;
  return `${elliptic} ${modp} diffie-hellman-group14-sha1`;
}

function kex(build: SshdBuild): Algorithms {
  const { version } = build;
  const oldNtru = version >= 800 && version < 805 ? "sntrup4591761x25519-sha512@tinyssh.org" : "";
  const hybrid = version >= 805 ? `${registeredNtru(build)} ${ntru}` : oldNtru;
  return {
    defaults: words(kexDefaults(build)),
    supported: words(
      `diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256
       diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1
       diffie-hellman-group-exchange-sha256 ${nist} ${version >= 1006 ? "mlkem768nistp256-sha256" : ""} ${curve}
       ${hybrid} ${version >= 909 ? mlkem : ""}`,
    ),
  };
}

const cert = (names: string) =>
  words(names)
    .map((name) => `${name.replace("@openssh.com", "")}-cert-v01@openssh.com`)
    .join(" ");

const ecdsa = "ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521";
const ed = "ssh-ed25519";
const skEcdsa = "sk-ecdsa-sha2-nistp256@openssh.com";
const skEd = "sk-ssh-ed25519@openssh.com";
const webauthn = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com";
const rsa = "rsa-sha2-512 rsa-sha2-256";

function keyDefaults(version: number): string {
  if (version >= 1006)
    return `${cert(`${ed} ${ecdsa} ${skEd} ${skEcdsa} ${webauthn} ${rsa}`)} ssh-mldsa44-ed25519-cert
      ${ed} ${ecdsa} ${skEd} ${skEcdsa} ${webauthn} ${rsa} ssh-mldsa44-ed25519`;
  const sha1 = version >= 808 ? "" : "ssh-rsa";
  if (version >= 805)
    return `${cert(`${ed} ${ecdsa} ${skEd} ${skEcdsa} ${rsa} ${sha1}`)} ${ed} ${ecdsa} ${skEd} ${skEcdsa} ${rsa} ${sha1}`;
  if (version >= 802)
    return `${cert(`${ecdsa} ${skEcdsa} ${ed} ${skEd} ${rsa} ssh-rsa`)} ${ecdsa} ${skEcdsa} ${ed} ${skEd} ${rsa} ssh-rsa`;
  const rsaCert = version >= 708 ? `${rsa} ssh-rsa` : "ssh-rsa";
  return `${cert(`${ecdsa} ${ed} ${rsaCert}`)} ${ecdsa} ${ed} ${rsa} ssh-rsa`;
}

const withCert = (names: string) =>
  words(names)
    .map((name) => `${name} ${cert(name)}`)
    .join(" ");

/** In the order of `ssh -Q key-sig`, which patterns follow. */
function keysKnown(version: number): string {
  const dss = version < 909 ? "ssh-dss" : "";
  if (version >= 901) {
    const mldsa = version >= 1006 ? "ssh-mldsa44-ed25519 ssh-mldsa44-ed25519-cert" : "";
    const web = version >= 1006 ? withCert(webauthn) : webauthn;
    return `${withCert(`${ed} ${skEd}`)} ${mldsa} ${withCert(`${ecdsa} ${skEcdsa}`)} ${web} ${withCert(`${dss} ssh-rsa rsa-sha2-256 rsa-sha2-512`)}`;
  }
  const sk = version >= 802;
  const plain = `ssh-rsa rsa-sha2-256 rsa-sha2-512 ssh-dss ${ecdsa} ${sk ? skEcdsa : ""}`;
  const certs = `ssh-rsa ${version >= 708 ? "rsa-sha2-256 rsa-sha2-512" : ""} ssh-dss ${ecdsa} ${sk ? skEcdsa : ""}`;
  return `${withCert(`${ed} ${sk ? skEd : ""}`)} ${plain} ${version >= 804 ? webauthn : ""} ${cert(certs)}`;
}

function keys({ version }: SshdBuild): Algorithms {
  return { defaults: words(keyDefaults(version)), supported: words(keysKnown(version)) };
}

/** Signatures by certificate authorities: never certificates themselves, nor SHA-1 since 7.9. */
function signatures(build: SshdBuild): Algorithms {
  const plain = (names: readonly string[]) => names.filter((name) => !/-cert(?:-v01@|$)/.test(name));
  const all = keys(build);
  const ssh = (name: string) =>
    name !== "ssh-rsa" && !(build.version >= 1006 && name.startsWith("ssh-mldsa44"));
  return { defaults: plain(all.defaults).filter(ssh), supported: plain(all.supported) };
}

const tables: Readonly<Record<AlgorithmKind, (build: SshdBuild) => Algorithms>> = {
  cipher: ciphers,
  mac: macs,
  kex,
  key: keys,
  signature: signatures,
};

export function algorithms(kind: AlgorithmKind, build: SshdBuild): Algorithms {
  return tables[kind](build);
}
