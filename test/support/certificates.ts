// Certificates and keys made by openssl for tests, once a process and kind.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface PairOptions {
  readonly subject?: string;
  /** As `openssl req -newkey` takes it. */
  readonly newkey?: readonly string[];
  readonly digest?: string;
  readonly days?: number;
  readonly extensions?: readonly string[];
}

const made = new Map<string, Pair>();

/** A self-signed certificate with its key. */
export function selfSigned(options: PairOptions = {}): Pair {
  const name = JSON.stringify(options);
  const before = made.get(name);
  if (before !== undefined) return before;
  const folder = mkdtempSync(join(tmpdir(), "nodeward-cert-"));
  try {
    const {
      subject = "/CN=test",
      newkey = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      digest = "sha256",
    } = options;
    const [kind = "ec", ...rest] = newkey;
    const extensions = (options.extensions ?? []).flatMap((extension) => ["-addext", extension]);
    const files = ["-keyout", join(folder, "key"), "-out", join(folder, "crt")];
    const args = [
      "req",
      "-x509",
      "-nodes",
      "-newkey",
      kind,
      ...rest,
      `-${digest}`,
      "-days",
      String(options.days ?? 365),
    ];
    execFileSync("openssl", [...args, "-subj", subject, ...extensions, ...files], { stdio: "ignore" });
    const pair = {
      certificate: readFileSync(join(folder, "crt"), "utf8"),
      key: readFileSync(join(folder, "key"), "utf8"),
    };
    made.set(name, pair);
    return pair;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
