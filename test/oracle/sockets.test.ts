// Do we see the listening sockets that ss(8) sees, with the same holders? In network and process namespaces of our own.
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

interface Inside {
  readonly state: string;
  readonly ours: readonly {
    readonly socket: string;
    readonly dual: string;
    readonly holders: readonly string[];
    readonly pids: readonly number[];
  }[];
  readonly ss: string;
  readonly pid: number;
}

const script = fileURLToPath(new URL("../support/sockets-inside.ts", import.meta.url));
const missing = ["unshare", "ip", "ss", "python3"].filter(
  (program) => spawnSync("which", [program]).status !== 0,
);
const allowed = spawnSync("unshare", ["-n", "-p", "-f", "--mount-proc", "true"]).status === 0;

/** `tcp UNCONN 0 0 [::]:80 *:*` -> `tcp :: 80`. */
function read(line: string): {
  readonly socket: string;
  readonly dual: boolean;
  readonly pids: readonly number[];
} {
  const [protocol = "", , , , local = ""] = line.trim().split(/\s+/);
  const colon = local.lastIndexOf(":");
  // A mapped address is IPv4 to whoever connects: we name it so.
  const address = local
    .slice(0, colon)
    .replace(/^\[|\]$/g, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
  return {
    socket: `${protocol} ${address === "*" ? "::" : address} ${local.slice(colon + 1)}`,
    dual: address === "*",
    pids: [...line.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1])),
  };
}

if (missing.length > 0 || !allowed) {
  console.log(`SKIPPED sockets: needs root and ${missing.join(", ") || "namespaces"}`);
  test("skipped", () => {});
} else
  test("the sockets that ss names, address by address, with their processes", () => {
    const output = execFileSync(
      "unshare",
      ["-n", "-p", "-f", "--mount-proc", process.execPath, "--import", "tsx", script],
      { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    const { state, ours, ss, pid }: Inside = JSON.parse(output);
    assert.is(state, "known");
    const theirs = ss
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(read);
    const names = (items: readonly { readonly socket: string }[]) =>
      [...new Set(items.map(({ socket }) => socket))].sort();
    // ss prints no UDP-Lite without an option of its own.
    const compared = ours.filter(({ socket }) => !socket.startsWith("udplite"));
    assert.equal(names(compared), names(theirs));
    assert.ok(ours.some(({ socket }) => socket === "udplite 0.0.0.0 1012"));
    for (const one of ours) assert.equal(one.pids, [pid], `${one.socket} is held by ${one.holders}`);
    // IPV6_V6ONLY is not in /proc: what we assume must never be less than what ss knows.
    for (const { socket, dual } of theirs)
      if (dual && !socket.startsWith("raw"))
        assert.is(ours.find((one) => one.socket === socket)?.dual, "assumed", socket);
    assert.is(ours.find(({ socket }) => socket === "tcp :: 1008")?.dual, "no");
  });

test.run();
