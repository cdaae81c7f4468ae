// What sshd logged when a session began: the account, the method, the key. Reads the journal, or the files of a syslog.
import type { Source } from "../core/source.js";
import { wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";

export interface Accepted {
  readonly user: string;
  readonly method: string;
  /** `SHA256:…`; undefined for a method without a key. */
  readonly fingerprint: string | undefined;
  readonly source: Source;
}

const files = ["/var/log/auth.log", "/var/log/secure"];
/** A log that was never rotated. */
const logLimit = 256 * 1024 * 1024;
const lineLimit = 4096;

/** auth.c auth_log: `Accepted publickey for alice from 192.0.2.7 port 40022 ssh2: ED25519 SHA256:…`. */
function parse(
  line: string,
  peer: { readonly address: string; readonly port: number },
): Omit<Accepted, "source"> | undefined {
  const match =
    /(?:^|: )Accepted ([a-z0-9/-]{1,60}) for (\S{1,256}) from (\S{1,80}) port (\d{1,5}) ssh2(?:: .*(SHA256:[A-Za-z0-9+/]+))?/.exec(
      line.slice(0, lineLimit),
    );
  if (match === null || match[3] !== peer.address || Number(match[4]) !== peer.port) return undefined;
  return { method: match[1] ?? "", user: match[2] ?? "", fingerprint: match[5] };
}

/** The last line of the session: ports are used again, the newest is ours. */
function last(
  lines: readonly string[],
  peer: { readonly address: string; readonly port: number },
  from: string,
): Accepted | undefined {
  for (const line of [...lines].reverse()) {
    const found = parse(line, peer);
    if (found !== undefined) return { ...found, source: wholeFile(from, line.trim()) };
  }
  return undefined;
}

async function inFile(host: Host, path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  let rest = "";
  await host.scan(
    path,
    (part) => {
      const parts = `${rest}${Buffer.from(part).toString("latin1")}`.split("\n");
      rest = (parts.pop() ?? "").slice(-lineLimit);
      for (const line of parts) if (line.includes("Accepted ")) lines.push(line);
    },
    { limit: logLimit },
  );
  return [...lines, rest];
}

/** The line by which sshd let in the session from `peer`; undefined where no log has it. */
export async function accepted(
  host: Host,
  peer: { readonly address: string; readonly port: number },
): Promise<Accepted | undefined> {
  const journal = await host.run("ssh-accepted");
  const found =
    journal.state === "ok" ? last(journal.stdout.split("\n"), peer, "the journal of sshd") : undefined;
  if (found !== undefined) return found;
  for (const path of files) {
    const line = last(await inFile(host, path), peer, path);
    if (line !== undefined) return line;
  }
  return undefined;
}
