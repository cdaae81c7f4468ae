// What do the live checks make of ports that answer, refuse, hang, drip, redirect or talk nonsense? Stand-ins on the real
// ports in a network of their own, where nobody else is reached. Every question ends within its two seconds.
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

interface Inside {
  readonly milliseconds: number;
  readonly asked: number;
  readonly verdicts: Readonly<Record<string, string>>;
  readonly health: readonly string[];
  readonly tls: readonly { readonly protocol: string; readonly subject: string }[];
  readonly longest: number;
  readonly version: string | null;
}

const script = fileURLToPath(new URL("../support/probes-inside.ts", import.meta.url));
const flags = ["-n", "-m", "-p", "-f", "--mount-proc", "--propagation", "private"];
const allowed = spawnSync("unshare", [...flags, "mount", "-t", "tmpfs", "x", "/run"]).status === 0;
const missing = ["ip", "openssl"].filter((program) => spawnSync("which", [program]).status !== 0);

function inside(manner: string): Inside {
  const output = execFileSync("unshare", [...flags, process.execPath, "--import", "tsx", script, manner], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

const all = (found: Inside, status: string) =>
  Object.fromEntries(Object.keys(found.verdicts).map((id) => [id, status]));
const statuses = (found: Inside) =>
  Object.fromEntries(Object.entries(found.verdicts).map(([id, text]) => [id, text.split(" ", 1)[0]]));

const proper = {
  "kubelet.probe-10250": "pass",
  // Nothing listens, and no process of that name could.
  "kubelet.probe-10255": "not-applicable",
  "docker.probe-2375": "not-applicable",
  "etcd.probe-2379": "pass",
  "apiserver.probe-anonymous": "pass",
};

if (!allowed || missing.length > 0) {
  console.log(`SKIPPED live probes: needs root and ${missing.join(", ") || "namespaces"}`);
  test("skipped", () => {});
} else {
  test("nothing listens: nothing to say", () => {
    assert.equal(statuses(inside("shut")), all(inside("shut"), "not-applicable"));
  });

  test("servers that refuse strangers pass, by TLS 1.3 and by 1.2", () => {
    const now = inside("proper");
    assert.equal(statuses(now), proper);
    assert.equal([now.tls[0]?.protocol, now.tls[0]?.subject], ["TLSv1.3", "stand-in"]);
    assert.equal([now.version, now.health], ["1.34.2", ["answered"]]);
    const old = inside("proper-tls12");
    assert.equal(statuses(old), proper);
    assert.is(old.tls[0]?.protocol, "TLSv1.2");
  });

  test("servers that answer anybody fail, each by name", () => {
    const found = inside("open");
    assert.equal(statuses(found), all(found, "fail"));
    assert.match(found.verdicts["kubelet.probe-10250"] ?? "", /127\.0\.0\.1:10250 lists its pods/);
    const etcd = inside("etcd-without-client-certificates");
    assert.match(etcd.verdicts["etcd.probe-2379"] ?? "", /^fail .*without asking for a certificate/);
  });

  for (const manner of ["silent", "dripping", "slamming", "garbage", "other-tls"])
    test(`${manner}: never a pass, and an end in time`, () => {
      const found = inside(manner);
      for (const [id, text] of Object.entries(found.verdicts)) assert.match(text, /^error /, `${id} ${text}`);
      // One after another they would take two seconds each.
      assert.ok(
        found.milliseconds < found.asked * 2000 - 1000,
        `${found.milliseconds} ms for ${found.asked}`,
      );
      assert.ok(found.asked >= 10);
    });

  if (spawnSync("which", ["etcd"]).status !== 0) console.log("SKIPPED etcd itself: needs etcd");
  else
    test("etcd itself, with client certificates and without", () => {
      assert.equal(inside("etcd-proper").verdicts["etcd.probe-2379"], "pass");
      assert.match(inside("etcd-tls").verdicts["etcd.probe-2379"] ?? "", /^fail .*without asking/);
      assert.match(inside("etcd-plain").verdicts["etcd.probe-2379"] ?? "", /^fail .*plain HTTP/);
    });

  test("a redirection is not followed, and is no proof of either", () => {
    const found = inside("redirecting");
    for (const id of ["kubelet.probe-10250", "apiserver.probe-anonymous"])
      assert.match(found.verdicts[id] ?? "", /^error .*302/, id);
    for (const id of ["kubelet.probe-10255", "docker.probe-2375", "etcd.probe-2379"])
      assert.match(found.verdicts[id] ?? "", /^fail /, id);
  });

  test("an endless body is cut, and what it began with counts", () => {
    const found = inside("endless");
    assert.equal(statuses(found), all(found, "fail"));
    assert.ok(found.longest < 1_000_000, `${found.longest} characters were kept`);
    assert.ok(found.milliseconds < found.asked * 2000 - 1000);
  });
}

test.run();
