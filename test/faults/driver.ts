// The apply path alone, as a program that strace can interrupt: DRIVER apply|recover ROOT KIND. Prints what it reports.
import { accessSync } from "node:fs";
import { openWriter } from "../../src/host/live-writer.js";
import { apply, imageMachine, recover } from "../support/apply.js";
import { changeKinds, planOf } from "../support/changes.js";
import { openTree } from "../support/tree.js";
import { marker } from "./marker.js";

const [action, root = "", name] = process.argv.slice(2);
const kind = changeKinds.find((one) => one.name === name);
if (kind === undefined) throw new Error(`no kind of change called ${name}`);
const plan = planOf(root, kind);
const clock = () => Date.UTC(2026, 0, 1);
try {
  accessSync(marker);
} catch {
  // It is never there: only the call is of interest.
}

async function run(): Promise<string> {
  const opened = openWriter(root, 0);
  if (opened.state !== "ok") return "not-opened";
  const machine = imageMachine(opened.writer, clock, () => openTree(root));
  const { result } =
    action === "apply" ? await apply(machine, `run-${process.pid}`, plan) : await recover(machine);
  return result;
}

run().then(
  (result) => console.log(result),
  (error: unknown) => {
    console.log(`threw ${String(error)}`);
  },
);
