// The steps after which modprobe refuses a module: the line in force edited, or a file of our own that is read before
// it. Does not know whether the node needs the module.
import { byBytes } from "../core/byte-order.js";
import type { Step } from "../core/step.js";
import { appendLines, type ModprobeStatement, replaceArgument } from "../formats/modprobe.js";
import type { DropInFile } from "./drop-in-files.js";

export type Blocked =
  | { readonly state: "steps"; readonly steps: readonly Step[] }
  | { readonly state: "impossible"; readonly reason: string };

export interface BlockRequest {
  /** As the file is to name it: `usb-storage`. */
  readonly module: string;
  /** The `install` line in force that does not refuse the module, where there is one. */
  readonly loads: ModprobeStatement | undefined;
  readonly needsInstall: boolean;
  readonly needsBlacklist: boolean;
  readonly files: readonly DropInFile[];
}

const folder = "/etc/modprobe.d";

function fileOf({ files }: BlockRequest, statement: ModprobeStatement): DropInFile | undefined {
  return files.find(({ path }) => path === statement.source.file);
}

/** An edit of the line itself, where it stands in /etc and speaks of this module alone. */
function edited(request: BlockRequest): Step | undefined {
  const { loads, module } = request;
  if (loads === undefined || loads.name !== module.replaceAll("-", "_")) return undefined;
  const real = fileOf(request, loads)?.read?.realPath;
  if (real === undefined || !real.startsWith("/etc/")) return undefined;
  return { kind: "edit", file: real, edits: [replaceArgument(loads, "/bin/false")] };
}

function ownFile(name: string, lines: readonly string[], request: BlockRequest): Step | undefined {
  const existing = request.files.find((file) => file.name === name);
  const path = `${folder}/${name}`;
  if (existing === undefined) {
    const head = `# Written by nodeward (kmod.${request.module}): modprobe refuses this module.`;
    return {
      kind: "write",
      file: path,
      content: [head, ...lines].map((line) => `${line}\n`).join(""),
      mode: 0o644,
    };
  }
  if (existing.path !== path || existing.read === undefined || existing.read.realPath !== path)
    return undefined;
  return { kind: "edit", file: path, edits: [appendLines(existing.read.text, lines)] };
}

/** Chooses the least change; a file of our own is only chosen where its line would be the first that matches. */
export function blockSteps(request: BlockRequest): Blocked {
  const { module, loads, needsInstall, needsBlacklist } = request;
  const edit = needsInstall ? edited(request) : undefined;
  const lines = [
    ...(needsInstall && edit === undefined ? [`install ${module} /bin/false`] : []),
    ...(needsBlacklist ? [`blacklist ${module}`] : []),
  ];
  const steps = edit === undefined ? [] : [edit];
  if (lines.length === 0) return { state: "steps", steps };
  const rival =
    edit === undefined && needsInstall && loads !== undefined ? fileOf(request, loads) : undefined;
  for (const name of [`nodeward-${module}.conf`, `00-nodeward-${module}.conf`]) {
    if (rival !== undefined && byBytes(name, rival.name) >= 0) continue;
    const step = ownFile(name, lines, request);
    if (step !== undefined) return { state: "steps", steps: [...steps, step] };
  }
  return {
    state: "impossible",
    reason: `no file of ours in ${folder} would be read before ${rival?.path ?? "what stands there"}`,
  };
}
