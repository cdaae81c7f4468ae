// Does the list of containers tell what the kernel tells? Real containers by runc and by containerd, in namespaces of
// their own, each compared with its first process in /proc.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

interface Row {
  readonly id: string;
  readonly engine: string;
  readonly owner: string;
  readonly container: string;
  readonly state: string;
  readonly runtime: string;
  readonly kernel: {
    readonly euid: number;
    readonly seccomp: number;
    readonly noNewPrivs: boolean;
    readonly capEff: string;
    readonly hostPid: boolean;
    readonly hostNetwork: boolean;
    readonly hostIpc: boolean;
    readonly label: string | null;
  } | null;
  readonly ours: Readonly<Record<string, unknown>> | null;
  readonly grants: readonly string[];
  readonly doubts: readonly string[];
}
interface Inside {
  readonly rows: readonly Row[];
  readonly unread: readonly string[];
  readonly failures: readonly string[];
  readonly made: number;
  readonly later: string;
  readonly moot: readonly string[];
}

const has = (program: string) => spawnSync("which", [program]).status === 0;
const missing = ["unshare", "mount", "ip", "runc", "busybox"].filter((program) => !has(program));
const flags = ["-m", "-n", "-p", "-f", "--mount-proc", "--propagation", "private"];
const allowed = spawnSync("unshare", [...flags, "mount", "-t", "tmpfs", "x", "/run"]).status === 0;
const daemon = has("containerd") && has("ctr");
const script = fileURLToPath(new URL("../support/containers-inside.ts", import.meta.url));

function inside(): Inside {
  const folder = mkdtempSync(`${tmpdir()}/nodeward-containers-`);
  try {
    execFileSync("chmod", ["755", folder]);
    const output = execFileSync(
      "unshare",
      [...flags, process.execPath, "--import", "tsx", script, folder, daemon ? "containerd" : ""],
      { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
    );
    const result: Inside = JSON.parse(output.trim().split("\n").at(-1) ?? "");
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const grants = (row: Row | undefined, kind: string) =>
  (row?.grants ?? []).filter((grant) => grant.startsWith(`${kind}:`));

if (missing.length > 0 || !allowed) {
  console.log(`SKIPPED containers: needs root and ${missing.join(", ") || "namespaces"}`);
  test("skipped", () => {});
} else {
  if (!daemon) console.log("SKIPPED containers of containerd: needs containerd and ctr");
  const seen = inside();
  const of = (id: string) => seen.rows.find((row) => row.id === id);

  test("every container that was started is in the list, running, and no other", () => {
    assert.equal(seen.failures, []);
    assert.equal(seen.unread, []);
    assert.is(seen.rows.length, seen.made);
    for (const row of seen.rows) assert.is(row.state, "running", row.id);
    if (daemon) assert.equal([of("web")?.owner, of("web")?.engine], ["default/web", "containerd"]);
    assert.match(of("plain")?.owner ?? "", /^runc\//);
  });

  test("user, filter, capabilities and label are those of /proc", () => {
    for (const { id, kernel, ours } of seen.rows) {
      assert.ok(kernel !== null && ours !== null, id);
      if (kernel === null || ours === null) continue;
      const { euid, seccomp, noNewPrivs, capEff, label } = kernel;
      assert.equal({ ...ours, label }, { euid, seccomp, noNewPrivs, capEff, label }, id);
      if (label !== null) assert.is(ours.label, label, id);
    }
  });

  test("what is said of each follows from what the kernel shows", () => {
    for (const row of seen.rows) {
      const { kernel, id } = row;
      if (kernel === null) continue;
      const says = (kind: string) => grants(row, kind).length > 0;
      assert.is(says("root-user"), kernel.euid === 0, `${id}: root`);
      assert.is(says("host-pid"), kernel.hostPid, `${id}: host-pid`);
      assert.is(says("host-network"), kernel.hostNetwork, `${id}: host-network`);
      assert.is(says("host-ipc"), kernel.hostIpc, `${id}: host-ipc`);
      // A filter that lets everything through is mode 2 for the kernel and none for us.
      if (id !== "open") assert.is(says("seccomp-unconfined"), kernel.seccomp === 0, `${id}: seccomp`);
      if (kernel.label !== null && !seen.moot.includes("apparmor-unconfined"))
        assert.is(says("apparmor-unconfined"), kernel.label === "unconfined", `${id}: AppArmor`);
      assert.equal(row.doubts, [], id);
    }
  });

  test("each is told for what it was made", () => {
    assert.equal(of("confined")?.grants, []);
    assert.match(grants(of("open"), "seccomp-unconfined").join(), /allows every system call/);
    assert.is(of("open")?.kernel?.seccomp, 2);
    assert.is(of("mapped")?.kernel?.euid, 100_000);
    assert.ok(grants(of("privileged"), "privileged").length > 0);
    assert.ok(grants(of("privileged"), "proc-unmasked").length > 0);
    assert.equal(grants(of("bound"), "host-path"), ["host-path: /etc"]);
    assert.ok(grants(of("plain"), "capability").includes("capability: SYS_TIME"));
    assert.ok(grants(of("plain"), "writable-root").length > 0);
    for (const id of ["confined", "plain", "shared", "mapped", "open", "bound"])
      assert.equal(grants(of(id), "privileged"), [], id);
  });

  test("a container whose process was killed is not running", () => {
    assert.is(seen.later, "stopped");
  });
}

test.run();
