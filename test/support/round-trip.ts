// The law of repairs, for one failing case: what the steps change makes the check pass, a second repair changes nothing,
// and undoing puts back every byte, mode and owner. By the planner and the door for files that a real run goes through.
import * as assert from "uvu/assert";
import type { Check } from "../../src/checks/define.js";
import type { LiveChange, Plan } from "../../src/core/plan.js";
import type { Step } from "../../src/core/step.js";
import { asker } from "../../src/engine/gather.js";
import { parsePolicyFile } from "../../src/formats/apparmor-profile.js";
import type { Host } from "../../src/host/host.js";
import type { MemoryFiles, MemoryNode, MemoryOptions } from "../../src/host/memory.js";
import { bytesOf, kindOfNode, statOf } from "../../src/host/memory-node.js";
import { MemoryWriter } from "../../src/host/memory-writer.js";
import { groupChange } from "../../src/remedy/change-files.js";
import { ownersOf } from "../../src/remedy/owners.js";
import { makePlan } from "../../src/remedy/plan.js";
import { prepare } from "../../src/remedy/prepare.js";
import { restoreFiles } from "../../src/remedy/restore-files.js";
import { saveOriginals } from "../../src/remedy/save-originals.js";
import { openJournal } from "../../src/state/journal.js";

const clock = () => Date.UTC(2026, 0, 1);

async function planOf(host: Host, check: Check, steps: readonly Step[]): Promise<Plan> {
  const repair = { check: check.id, risk: check.risk, problem: "", steps };
  // A node of values does not run; what it would be asked to do is planned all the same.
  const live: Host = Object.assign(Object.create(host), { live: true });
  return (await makePlan({ host: live, ask: asker(host), repairs: [repair], maxRisk: "reboot" })).plan;
}

/** What the kernel and systemd show of the node, beside its files. */
interface Running {
  readonly nodes: Map<string, MemoryNode>;
  /** What `systemctl list-units` prints. */
  units: string;
}

function setUnit(running: Running, name: string, active: boolean): void {
  const line = active ? `${name} loaded active running x` : `${name} loaded inactive dead x`;
  const others = running.units.split("\n").filter((text) => text !== "" && text.split(/\s+/, 1)[0] !== name);
  running.units = [...others, line, ""].join("\n");
}

/** systemctl(1) enable and disable, as far as a unit's own [Install] says. */
function setEnabled({ nodes }: Running, name: string, on: boolean): void {
  const links = [...nodes.keys()].filter(
    (path) => /\.(?:wants|requires)\//.test(path) && path.endsWith(`/${name}`),
  );
  for (const path of on ? [] : links) nodes.delete(path);
  const unit = ["/etc", "/usr/lib", "/lib"]
    .map((top) => `${top}/systemd/system/${name}`)
    .find((path) => nodes.has(path));
  const text = unit === undefined ? "" : (nodes.get(unit)?.text ?? "");
  for (const [, targets = ""] of on ? text.matchAll(/^WantedBy=(.*)$/gm) : [])
    for (const target of targets.split(" ")) {
      nodes.set(`/etc/systemd/system/${target}.wants`, { kind: "directory" });
      nodes.set(`/etc/systemd/system/${target}.wants/${name}`, { link: unit ?? "" });
    }
}

function textOf(nodes: ReadonlyMap<string, MemoryNode>, path: string): string {
  const node = nodes.get(path);
  return node === undefined ? "" : bytesOf(node).toString();
}

const loadedPolicy = "/sys/kernel/security/apparmor/profiles";

/** apparmor_parser(8) -r: the file's profiles are in the kernel, each in the mode that its flags say. */
function loadPolicy({ nodes }: Running, file: string): void {
  const { profiles } = parsePolicyFile(textOf(nodes, file));
  const names = new Set(profiles.map(({ name }) => name));
  const others = textOf(nodes, loadedPolicy)
    .split("\n")
    .filter((line) => line !== "" && !names.has(line.replace(/ \([a-z]+\)$/, "")));
  const lines = profiles.map(
    ({ name, flags }) => `${name} (${flags.includes("complain") ? "complain" : "enforce"})`,
  );
  nodes.set(loadedPolicy, {
    ...nodes.get(loadedPolicy),
    text: [...others, ...lines].map((line) => `${line}\n`).join(""),
  });
}

/** What a live change does, as far as it shows; false where it does not. */
function carryOut(running: Running, { action, args }: LiveChange): boolean {
  const { nodes } = running;
  const [first = "", second = ""] = args;
  const put = (path: string, more: MemoryNode) => nodes.set(path, { ...nodes.get(path), ...more });
  if (action === "set-sysctl") put(`/proc/sys/${first.replaceAll(".", "/")}`, { text: `${second}\n` });
  else if (action === "set-socket-mode") put(first, { mode: Number.parseInt(second, 8) });
  else if (action === "set-socket-owner")
    put(first, { uid: 0, ...(second === "root:root" ? { gid: 0 } : {}) });
  else if (action === "start-unit" || action === "stop-unit")
    setUnit(running, first, action === "start-unit");
  else if (action === "enable-unit" || action === "disable-unit")
    setEnabled(running, first, action === "enable-unit");
  else if (action === "load-apparmor-profile") loadPolicy(running, first);
  else if (action === "unload-module") {
    const text = nodes.get("/proc/modules")?.text ?? "";
    put("/proc/modules", { text: text.replace(new RegExp(`^${first} .*\n`, "m"), "") });
  } else return false;
  return true;
}

/** Everything that undoing must put back. */
function facesOf(nodes: ReadonlyMap<string, MemoryNode>): readonly string[] {
  return [...nodes]
    .map(([path, node]) => {
      const { kind, mode, uid, gid } = statOf(path, node);
      const content = node.error ?? node.link ?? (kind === "file" ? bytesOf(node).toString("base64") : "");
      return `${path} ${kindOfNode(node)} ${mode.toString(8)} ${uid}:${gid} ${content}`;
    })
    .sort();
}

export type Ending =
  /** Files and, as far as files show it, the running system were changed, and the check passes. */
  | "passes"
  /** The rest is for a program of the machine to do. */
  | "files-only"
  /** The planner or the door for files left it alone. */
  | "left";

export interface Told {
  readonly files: MemoryFiles;
  readonly host?: MemoryOptions;
}

/** `again`: the steps that the check asks for on a node, and what it says of it. */
export async function roundTrip(
  check: Check,
  told: Told,
  steps: readonly Step[],
  again: (
    host: Host,
  ) => Promise<{ readonly steps: readonly Step[]; readonly status: string; readonly reason: string }>,
): Promise<Ending> {
  const writer = new MemoryWriter(told.files);
  const before = facesOf(writer.nodes);
  const host = writer.host(told.host);
  const plan = await planOf(host, check, steps);
  const ready = await prepare(writer, plan.groups, await ownersOf(host));
  if (plan.left.length + ready.refused.length > 0 || plan.groups.length === 0) return "left";
  const saved = saveOriginals(writer, writer.files, "r", ready.groups);
  assert.is(saved.state, "ok");
  const opened = openJournal(writer.files, clock);
  if (saved.state !== "ok" || opened.state !== "ok") throw new Error("no journal");
  for (const group of saved.groups) {
    const change = groupChange(writer, opened.journal, "r", group);
    const staged = change.stage();
    const made = staged.state === "ok" ? change.commit() : staged;
    change.close();
    assert.is(made.state === "refused" ? made.reason : "ok", "ok", `${check.id}: its files are changed`);
  }
  const changed = new Map(writer.nodes);
  const asked = told.host?.runs?.["unit-states"];
  const running = { nodes: writer.nodes, units: asked?.state === "ok" ? asked.stdout : "" };
  const shown = plan.groups.flatMap((group) => group.live).map((change) => carryOut(running, change));
  const runs = asked?.state === "ok" ? { "unit-states": { ...asked, stdout: running.units } } : {};
  const after = writer.host({ ...told.host, runs: { ...told.host?.runs, ...runs } });
  const second = await again(after);
  const next = await planOf(after, check, second.steps);
  const more = next.groups.flatMap(({ files }) => files.map(({ path }) => path));
  assert.equal(more, [], `${check.id}: a second repair changes no file`);
  const whole = shown.every((one) => one);
  if (whole) {
    assert.is(second.status, "pass", `${check.id}: passes after the repair (${second.reason})`);
    assert.equal(second.steps, [], `${check.id}: nothing is left to repair`);
  }
  // What is live is taken back by programs: here the files alone.
  for (const path of [...writer.nodes.keys()]) if (!changed.has(path)) writer.nodes.delete(path);
  for (const [path, node] of changed) writer.nodes.set(path, node);
  const back = restoreFiles(
    writer,
    writer.files,
    saved.records.flatMap(({ files }) => files),
  );
  assert.equal([...back.failed, ...back.left], [], `${check.id}: everything is put back`);
  assert.equal(facesOf(writer.nodes), before, `${check.id}: as before, byte for byte`);
  return whole ? "passes" : "files-only";
}
