// A cluster's certificates as kubeadm makes them, by openssl on the test machine. EC keys: quick to make and to use.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../beds/process.js";

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Pair {
  /** Issues a certificate: `/O=…/CN=…`, extension lines of openssl's configuration. */
  issue(subject: string, extensions: readonly string[]): Promise<Pair>;
}

async function openssl(folder: string, words: readonly string[]): Promise<void> {
  const done = await runProgram(["sh", "-c", 'cd "$0" && exec openssl "$@"', folder, ...words]);
  if (done.code !== 0) throw new Error(`openssl ${words.join(" ")}: ${done.stderr}`);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-pki-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key"];
const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");

async function issue(ca: Pair, subject: string, extensions: readonly string[]): Promise<Pair> {
  return await inFolder(async (folder) => {
    writeFileSync(join(folder, "ca.crt"), ca.certificate);
    writeFileSync(join(folder, "ca.key"), ca.key);
    writeFileSync(join(folder, "ext"), `${extensions.join("\n")}\n`);
    await openssl(folder, ["req", "-new", ...fresh, "-subj", subject, "-out", "csr"]);
    const signed = [
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "365",
      "-sha256",
      "-extfile",
      "ext",
    ];
    await openssl(folder, ["x509", "-req", "-in", "csr", ...signed, "-out", "crt"]);
    return { certificate: read(folder, "crt"), key: read(folder, "key") };
  });
}

/** A certificate authority of this name. */
export async function authority(name: string): Promise<Authority> {
  const pair = await inFolder(async (folder) => {
    const usage = ["-addext", "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign"];
    await openssl(folder, [
      "req",
      "-x509",
      ...fresh,
      "-days",
      "3650",
      "-subj",
      `/CN=${name}`,
      ...usage,
      "-out",
      "crt",
    ]);
    return { certificate: read(folder, "crt"), key: read(folder, "key") };
  });
  return { ...pair, issue: (subject, extensions) => issue(pair, subject, extensions) };
}

export const clientUse = [
  "keyUsage=critical,digitalSignature,keyEncipherment",
  "extendedKeyUsage=clientAuth",
];
export const serverUse = (names: string) => [
  "keyUsage=critical,digitalSignature,keyEncipherment",
  "extendedKeyUsage=serverAuth",
  `subjectAltName=${names}`,
];
