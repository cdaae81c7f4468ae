// An audit with the snapshot that belongs to it, and the state directory it is kept in: for drift and baseline.
import type { Report } from "../core/report.js";
import type { Snapshot } from "../core/snapshot.js";
import { audit } from "../engine/audit.js";
import { takeSnapshot } from "../engine/snapshot.js";
import type { Ask } from "../facts/source.js";
import type { Host } from "../host/host.js";
import type { StateFiles } from "../host/node-writer.js";
import type { DriftSettings } from "../policy/drift-settings.js";
import type { PolicyTexts } from "../policy/load.js";
import { holdsSecrets } from "../remedy/secret-files.js";
import { readSnapshot, type SnapshotName } from "../state/snapshots.js";
import { newRunId } from "./audit.js";
import { type Context, versionOf } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { prepare } from "./prepare.js";

export interface KeptBefore {
  readonly snapshot: Snapshot | undefined;
  /** Why there is none although something is there. */
  readonly remarks: readonly string[];
}

const withoutIt: Readonly<Record<SnapshotName, string>> = {
  last: "not compared with it, and begun anew",
  // Nobody but a person accepts a state.
  baseline: "not compared with it until a state is accepted anew (nodeward baseline accept)",
};

export function keptBefore(files: StateFiles, name: SnapshotName): KeptBefore {
  const kept = readSnapshot(files, name);
  if (kept.state === "ok") return { snapshot: kept.snapshot, remarks: [] };
  if (kept.state === "absent") return { snapshot: undefined, remarks: [] };
  return { snapshot: undefined, remarks: [`${kept.reason}: ${withoutIt[name]}`] };
}

export interface SnapshotRun<T> {
  readonly report: Report;
  readonly snapshot: Snapshot;
  /** Texts of files that were read now, by SHA-256, none that holds secrets. */
  readonly texts: ReadonlyMap<string, string>;
  readonly settings: DriftSettings;
  readonly documents: PolicyTexts;
  /** What `more` gave. */
  readonly more: T;
}

/** Judges the node and takes its snapshot, then does `more` while the host is open. */
export async function runSnapshot<T>(
  context: Context,
  options: ReadingOptions,
  before: Snapshot | undefined,
  more: (seen: {
    readonly host: Host;
    readonly ask: Ask;
    readonly snapshot: Snapshot;
    readonly texts: ReadonlyMap<string, string>;
    readonly settings: DriftSettings;
  }) => Promise<T>,
): Promise<SnapshotRun<T>> {
  const started = context.clock();
  const prepared = await prepare(context, options);
  try {
    const report = await audit({
      ...prepared,
      version: versionOf(context.data),
      runId: newRunId(started),
      clock: context.clock,
    });
    const { snapshot, files } = await takeSnapshot(prepared.host, prepared.ask, report, before);
    const texts = new Map<string, string>();
    for (const file of files.files)
      if (file.state === "ok" && file.text !== undefined && !holdsSecrets(file.path, file.text))
        texts.set(file.sha256, file.text);
    return {
      report,
      snapshot,
      texts,
      settings: prepared.drift,
      documents: prepared.documents,
      more: await more({
        host: prepared.host,
        ask: prepared.ask,
        snapshot,
        texts,
        settings: prepared.drift,
      }),
    };
  } finally {
    await prepared.host.close();
  }
}
