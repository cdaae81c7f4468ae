// files.mounts: shared directories are mounted with the options that keep them from being a way to more rights, now and
// after the next boot; those of containers never without execution.
import { notApplicable, type Problem } from "../../core/outcome.js";
import { records } from "../../core/param.js";
import type { Source } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { BootMount, Mount, Mounts, MountTable } from "../../facts/mounts.js";
import { defineCheck } from "../define.js";

interface Wanted {
  readonly path: string;
  readonly options: readonly string[];
}

/** What stops pods when it is mounted noexec: their layers, volumes and network plugins are executed there. */
const usual = [
  "/var/lib/kubelet",
  "/var/lib/containerd",
  "/var/lib/docker",
  "/var/lib/containers",
  "/opt/cni/bin",
];

const defaults: readonly Wanted[] = [
  { path: "/tmp", options: ["nodev", "nosuid"] },
  { path: "/dev/shm", options: ["nodev", "nosuid"] },
  { path: "/var/tmp", options: ["nodev", "nosuid"] },
  { path: "/home", options: ["nodev", "nosuid"] },
];

function readWanted(record: ReadonlyMap<string, unknown>): Wanted | undefined {
  const path = record.get("path");
  const list = record.get("options");
  if (typeof path !== "string" || !path.startsWith("/") || !Array.isArray(list) || record.size !== 2)
    return undefined;
  const options: readonly unknown[] = list;
  const texts = options.filter((option) => typeof option === "string");
  return texts.length === options.length ? { path, options: texts } : undefined;
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly evidence: readonly Source[];
  readonly found: string;
}

const nothing: Judged = { problems: [], evidence: [], found: "" };

function missingOf(options: ReadonlySet<string>, wanted: readonly string[]): readonly string[] {
  return wanted.filter((option) => !options.has(option));
}

function running({ path, options }: Wanted, mount: Mount | undefined, boot: BootMount | undefined): Judged {
  if (mount === undefined) return nothing;
  const missing = missingOf(mount.options, options);
  const evidence = [mount.source];
  const found = `${path} ${["nodev", "nosuid", "noexec"].filter((flag) => mount.options.has(flag)).join(",") || "none"}`;
  if (missing.length === 0) return { problems: [], evidence, found };
  const message = `${path} is mounted without ${missing.join(", ")}`;
  // Without an entry that outlives the boot a remount would be gone unnoticed.
  if (boot === undefined)
    return { problems: [{ message: `${message}, and by no entry of /etc/fstab` }], evidence, found };
  const remount: Step = { kind: "action", action: "remount", args: [path, options.join(",")] };
  return { problems: [{ message, fix: [...boot.set(options), remount] }], evidence, found };
}

function nextBoot({ path, options }: Wanted, mount: Mount | undefined, boot: BootMount | undefined): Judged {
  if (boot === undefined || !(boot.automatic || mount !== undefined)) return nothing;
  const missing = missingOf(boot.flags, options);
  if (missing.length === 0) return { ...nothing, evidence: [boot.source] };
  const message = `${path} will be mounted without ${missing.join(", ")} at the next boot`;
  return { problems: [{ message, fix: boot.set(options) }], evidence: [boot.source], found: "" };
}

/** Below a mount of noexec nothing of containers can run. */
function containers(table: MountTable | undefined, mounts: Mounts, executed: readonly string[]): Judged {
  const now = executed.flatMap((path) => {
    const mount = table?.of(path);
    return mount?.options.has("noexec") === true
      ? [{ source: mount.source, message: `pods cannot run: ${path} lies on ${mount.point}, mounted noexec` }]
      : [];
  });
  const entries = mounts.boot.state === "known" ? mounts.boot.value.entries : [];
  const later = entries
    .filter(
      ({ point, flags }) =>
        flags.has("noexec") &&
        executed.some((path) => path === point || path.startsWith(`${point === "/" ? "" : point}/`)),
    )
    .map(({ point, source, set }) => ({
      source,
      message: `pods will not run after the next boot: ${point} will be mounted noexec`,
      fix: set(["exec"]),
    }));
  return {
    problems: [...now, ...later],
    evidence: [...now, ...later].map(({ source }) => source),
    found: "",
  };
}

function judge(wanted: readonly Wanted[], mounts: Mounts, executed: readonly string[]): readonly Judged[] {
  const table = mounts.running.state === "known" ? mounts.running.value : undefined;
  const later = mounts.boot.state === "known" ? mounts.boot.value : undefined;
  return [
    ...wanted.flatMap((one) => {
      const mount = table?.at(one.path);
      const boot = later?.at(one.path);
      return [running(one, mount, boot), nextBoot(one, mount, boot)];
    }),
    containers(table, mounts, executed),
  ];
}

function unknownsOf({ running: now, boot }: Mounts): readonly string[] {
  return [
    ...(now.state === "error" ? [now.reason] : []),
    ...(boot.state === "error" ? [boot.reason] : []),
    ...(boot.state === "known" ? boot.value.unread : []),
  ];
}

function notesOf(wanted: readonly Wanted[], { running: now }: Mounts): readonly string[] {
  if (now.state === "absent") return [now.reason];
  if (now.state === "error") return [];
  const { at, caveat } = now.value;
  const parts = wanted.filter(({ path }) => at(path) === undefined).map(({ path }) => path);
  return [
    ...(parts.length === 0 ? [] : [`no mount of its own, and so no options: ${parts.join(", ")}`]),
    ...(caveat === undefined ? [] : [caveat]),
  ];
}

export default defineCheck({
  id: "files.mounts",
  title:
    "Shared directories are mounted nodev and nosuid, and where asked noexec; those of containers are executable",
  why: "Who may write a directory could otherwise plant a device file or a set-user-id program there. Pods, though, run from the directories of kubelet and runtime.",
  remedy:
    "Add the options to the line in /etc/fstab (or to the .mount unit) and `mount -o remount PATH`; take noexec from what holds /var/lib/kubelet, /var/lib/containerd or /var/lib/docker.",
  breaks: "With noexec on /tmp some installers and package scripts fail until they are given another TMPDIR.",
  severity: "medium",
  risk: "reboot",
  fixable: true,
  needs: ["mounts"],
  optional: ["containerStores"],
  params: {
    options: records(defaults, "a list of {path, options: [nodev, nosuid, noexec]}", readWanted),
  },
  evaluate({ mounts, containerStores }, { options }) {
    const moved = containerStores.state === "known" ? containerStores.value.kept : [];
    const executed = [...usual, ...moved];
    const judged = judge(options, mounts, executed);
    const evidence = judged.flatMap((one) => one.evidence);
    if (mounts.running.state === "absent" && mounts.boot.state !== "error" && evidence.length === 0)
      return notApplicable(`${mounts.running.reason}, and nothing names the mounts of the next boot`);
    return {
      expected: options.map(({ path, options: flags }) => `${path} ${flags.join(",")}`).join("; "),
      actual: judged
        .map(({ found }) => found)
        .filter((text) => text !== "")
        .join("; "),
      evidence,
      problems: judged.flatMap(({ problems }) => problems),
      unknowns: unknownsOf(mounts),
      notes: notesOf(options, mounts),
    };
  },
});
