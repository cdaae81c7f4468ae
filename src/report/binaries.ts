// `nodeward verify-binaries`: each platform program and what it was compared with, as text or JSON.
import type { Binaries, Binary } from "../facts/binaries.js";
import { type Column, table } from "./table.js";

const words = { match: "ok", differs: "DIFFERS", unknown: "unknown" } as const;

const columns: readonly Column<Binary>[] = [
  { title: "FILE", cell: ({ path }) => path },
  { title: "VERDICT", cell: ({ verdict }) => words[verdict.state] },
  {
    title: "COMPARED WITH",
    cell: ({ verdict }) => (verdict.state === "unknown" ? verdict.reason : verdict.by),
    flexible: true,
  },
];

function counts(binaries: readonly Binary[]): string {
  const count = (state: Binary["verdict"]["state"]) =>
    binaries.filter(({ verdict }) => verdict.state === state).length;
  return `${count("match")} as released, ${count("differs")} different, ${count("unknown")} unknown`;
}

export function binariesText({ binaries, problems }: Binaries, width: number): string {
  if (binaries.length === 0) return "no kubelet, container runtime or CNI plugin on this node\n";
  return `${[...table(columns, binaries, width), "", ...problems, counts(binaries)].join("\n")}\n`;
}

export function binariesJson({ binaries, problems }: Binaries): string {
  const files = binaries.map(({ path, stat, verdict }) => ({
    path,
    realPath: stat.realPath,
    verdict: verdict.state,
    ...(verdict.state === "unknown" ? { reason: verdict.reason } : { comparedWith: verdict.by }),
    ...(verdict.state === "differs" ? { expected: verdict.expected, found: verdict.found } : {}),
  }));
  return `${JSON.stringify({ schemaVersion: 1, files, problems }, null, 2)}\n`;
}
