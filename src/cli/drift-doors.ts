// The doors by which channels are told of drift, on the machine itself: programs, servers, files that only root could have
// written. Tells nobody itself.
import type { Doors } from "../daemon/notify.js";
import { asker } from "../engine/gather.js";
import { kubelet } from "../facts/kubelet.js";
import type { Host } from "../host/host.js";
import type { StateFiles } from "../host/node-writer.js";
import type { Context } from "./context.js";
import { distrustOf, policyFiles } from "./policy-files.js";
import { open } from "./prepare.js";

/** Readable by all: node_exporter is not root. */
const textfileMode = 0o644;

async function kubeletConfigOf(machine: Host): Promise<string | undefined> {
  const found = await asker(machine)(kubelet);
  if (found.state !== "known") return undefined;
  const named = found.value.views.map(({ view }) => view.option("kubeconfig"));
  return named.find((path) => path.startsWith("/"));
}

/** Opens the machine for as long as `use` takes. */
export async function withDoors<T>(
  context: Context,
  files: StateFiles,
  use: (doors: Doors) => Promise<T>,
): Promise<T> {
  const machine = open(context, "/");
  try {
    const trusted = policyFiles(machine, context);
    return await use({
      send: context.hands.send,
      files,
      publish: (path, text) => {
        const written = context.writer.replace(path, text, textfileMode);
        return written.state === "ok" ? written : { state: "failed", reason: written.reason };
      },
      secret: async (path) => (await trusted.open(path)) ?? { reason: `no such file: ${path}` },
      distrust: (program) => distrustOf(machine, program),
      now: context.clock,
      kubeletConfig: () => kubeletConfigOf(machine),
    });
  } finally {
    await machine.close();
  }
}
