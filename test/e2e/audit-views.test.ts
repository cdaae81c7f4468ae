// The same weak node seen by root, by a user, from its disk and from inside a sandboxed unit: nobody sees it better than
// it is, and where two can tell they agree.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { ownChecks, withWeakWorker } from "./nodes/prepared.js";
import { audit, type Verdicts, verdictsOf } from "./nodes/verdicts.js";

/** `id: theirs, not ours` of every check that both decided, differently. */
function disagreements(root: Verdicts, other: Verdicts): readonly string[] {
  return [...other.values()].flatMap(({ id, status, message }) => {
    const known = root.get(id)?.status;
    const both = [status, known].every((one) => one === "pass" || one === "fail");
    return both && status !== known ? [`${id}: ${status}, not ${known}: ${message}`] : [];
  });
}

/** Every check with another status. */
function differences(root: Verdicts, other: Verdicts): readonly string[] {
  return [...new Set([...root.keys(), ...other.keys()])].flatMap((id) => {
    const [one, two] = [root.get(id), other.get(id)];
    return one?.status === two?.status ? [] : [`${id}: ${two?.status}, not ${one?.status}: ${two?.message}`];
  });
}

/** How many checks this view decided. */
function decided(verdicts: Verdicts): number {
  return [...verdicts.values()].filter(({ status }) => status === "pass" || status === "fail").length;
}

/** A unit as a careful administrator would sandbox an audit, still able to see all of the node. */
const sandbox = [
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "ProtectHome=read-only",
  "ProtectClock=yes",
  "ProtectHostname=yes",
  "ProtectControlGroups=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "RestrictNamespaces=yes",
  "LockPersonality=yes",
  "SystemCallArchitectures=native",
  "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
  "CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_SYS_PTRACE CAP_NET_ADMIN CAP_AUDIT_CONTROL CAP_SYSLOG",
  "UMask=0077",
];

async function fromUnit(bed: Bed, args: readonly string[]): Promise<Verdicts> {
  const properties = sandbox.flatMap((property) => ["-p", property]);
  const started = [
    "systemd-run",
    "--quiet",
    "--wait",
    "--pipe",
    "--collect",
    ...properties,
    nodePath,
    program.inside,
  ];
  const done = await bed.run([...started, "audit", "--format", "json", ...args]);
  assert.is(done.code, 1, done.stderr);
  return verdictsOf(done.stdout);
}

test("root, a user, the disk and a sandboxed unit agree on a weak node", () =>
  withWeakWorker({ image: "debian-12", kind: "container" }, async (bed) => {
    const args = ownChecks(bed);
    const root = await audit(bed, args);
    const user = await audit(bed, args, { user: operator.name });
    assert.equal(disagreements(root, user), []);
    assert.ok(decided(user) > 60 && decided(user) < decided(root), `a user decides ${decided(user)}`);
    const unit = await fromUnit(bed, args);
    assert.equal(differences(root, unit), []);
    const disk = await fromDisk(bed, args);
    assert.equal(disagreements(root, disk), []);
    assert.ok(decided(disk) > 150, `the disk decides ${decided(disk)}`);
  }));

async function fromDisk(bed: Bed, args: readonly string[]): Promise<Verdicts> {
  const here = [process.execPath, await program.file(), "audit", "--root", "{root}"];
  const done = await bed.onDisk([
    ...here,
    "--config",
    "{root}/etc/nodeward/nodeward.yaml",
    "--format",
    "json",
    ...args,
  ]);
  assert.is(done.code, 1, done.stderr);
  return verdictsOf(done.stdout);
}

test.run();
