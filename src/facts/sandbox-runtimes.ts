// The runtimes that put a kernel of their own under a container: handlers that containerd and CRI-O know, programs on disk.
import { known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import { containerd } from "./containerd.js";
import { crio } from "./crio.js";
import { type FileState, fileStates } from "./file-state.js";
import type { RuntimeHandler } from "./runtime-handlers.js";
import type { FactSource } from "./source.js";

export interface SandboxRuntime {
  readonly handlers: readonly RuntimeHandler[];
  /** Those that are there, or that could not be looked at. */
  readonly programs: readonly FileState[];
}

export interface SandboxRuntimes {
  readonly gvisor: SandboxRuntime;
  readonly kata: SandboxRuntime;
  /** Why handlers may be there that were not seen. */
  readonly unread: readonly string[];
}

const folders = ["/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin", "/opt/containerd/bin"];
const programs = {
  gvisor: ["runsc", "containerd-shim-runsc-v1"].flatMap((name) =>
    folders.map((folder) => `${folder}/${name}`),
  ),
  kata: ["kata-runtime", "containerd-shim-kata-v2"].flatMap((name) =>
    [...folders, "/opt/kata/bin"].map((folder) => `${folder}/${name}`),
  ),
} as const;
const marks = { gvisor: ["runsc", "gvisor"], kata: ["kata"] } as const;

async function present(host: Host, kind: keyof typeof programs): Promise<readonly FileState[]> {
  const states = await fileStates(host, programs[kind]);
  return states.filter(({ state }) => state !== "absent");
}

/** Is it one by its name, its type or the programs it starts? */
function isOf(kind: keyof typeof marks, { name, type, programs: own }: RuntimeHandler): boolean {
  const texts = [name, type, ...own.map(({ path }) => path.slice(path.lastIndexOf("/") + 1))];
  return texts.some((text) => marks[kind].some((mark) => text.toLowerCase().includes(mark)));
}

export const sandboxRuntimes: FactSource<SandboxRuntimes> = {
  title: "gVisor and Kata Containers (handlers of containerd and CRI-O, their programs)",
  async gather(host, ask) {
    const engines = [await ask(containerd), await ask(crio)];
    const handlers = engines.flatMap((engine): readonly RuntimeHandler[] =>
      engine.state === "known" ? engine.value.runtimes : [],
    );
    const unread = engines.flatMap((engine) =>
      engine.state === "error" ? [engine.reason] : engine.state === "known" ? engine.value.unread : [],
    );
    const of = async (kind: keyof typeof programs): Promise<SandboxRuntime> => ({
      handlers: handlers.filter((one) => isOf(kind, one)),
      programs: await present(host, kind),
    });
    return known({ gvisor: await of("gvisor"), kata: await of("kata"), unread });
  },
};
