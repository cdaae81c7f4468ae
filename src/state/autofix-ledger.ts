// The ledger of repairs that nobody watched, kept in the state directory. Decides nothing.
import { type Attempt, type AutofixLedger, emptyLedger, type Repaired } from "../core/autofix.js";
import type { Done, StateFiles } from "../host/node-writer.js";
import { isRecord } from "./event-shape.js";

const name = "autofix.json";

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function attemptOf({ at, checks }: Readonly<Record<string, unknown>>): readonly Attempt[] {
  return typeof at === "string" ? [{ at, checks: texts(checks) }] : [];
}

function repairedOf(data: Readonly<Record<string, unknown>>): readonly Repaired[] {
  const { check, at, files, passed, backs, backAt, by } = data;
  if (typeof check !== "string" || typeof at !== "string" || typeof backs !== "number") return [];
  return [
    {
      check,
      at,
      files: texts(files),
      passed: passed === true,
      backs,
      backAt: typeof backAt === "string" ? backAt : "",
      by: typeof by === "string" ? by : "",
    },
  ];
}

/** A damaged one is as good as none: what drifted is found again by the baseline, and a fight begins anew. */
export function readLedger(files: StateFiles): AutofixLedger {
  const read = files.read(name);
  if (read.state !== "ok") return emptyLedger;
  try {
    const data: unknown = JSON.parse(read.bytes.toString("utf8"));
    if (!isRecord(data)) return emptyLedger;
    return {
      drifted: texts(data.drifted),
      asked: texts(data.asked),
      attempts: records(data.attempts).flatMap(attemptOf),
      repaired: records(data.repaired).flatMap(repairedOf),
    };
  } catch {
    return emptyLedger;
  }
}

export function keepLedger(files: StateFiles, ledger: AutofixLedger): Done {
  return files.put(name, Buffer.from(`${JSON.stringify(ledger)}\n`));
}
