// `nodeward seccomp generate`: a profile from recordings of a program's system calls. Places no profile and starts nothing.

import type { Rule } from "../confine/filter.js";
import type { Target } from "../confine/finding.js";
import { type Generated, generate } from "../confine/generate.js";
import { readingFor } from "../confine/lint.js";
import { readingOf } from "../confine/reading.js";
import { shippedSyscalls } from "../facts/seccomp-profiles.js";
import { isAuditSeccomp, parseAuditSeccomp } from "../formats/audit-seccomp.js";
import { parseSeccomp } from "../formats/seccomp.js";
import { isStrace, parseStrace } from "../formats/strace.js";
import type { Recording } from "../formats/syscall-recording.js";
import { type Architecture, architectures } from "../formats/syscall-table.js";
import { isTracee, parseTracee } from "../formats/tracee-events.js";
import type { Host } from "../host/host.js";
import { generatedText } from "../report/seccomp-generated.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { fileText, forTarget, profileText } from "./seccomp-source.js";

/** A day of a busy audit log. */
const recordingLimit = 256 * 1024 * 1024;
const forms = ["auto", "strace", "audit", "tracee"] as const;

function recordingOf(name: string, text: string, form: (typeof forms)[number], only: string): Recording {
  const table = shippedSyscalls();
  const found =
    form !== "auto"
      ? form
      : isTracee(text)
        ? "tracee"
        : isAuditSeccomp(text)
          ? "audit"
          : isStrace(text)
            ? "strace"
            : undefined;
  const recording =
    found === "tracee"
      ? parseTracee(text, table, only)
      : found === "audit"
        ? parseAuditSeccomp(text, table, only)
        : found === "strace"
          ? parseStrace(text)
          : undefined;
  if (recording === undefined || recording.calls.length === 0) {
    const what =
      found === undefined
        ? "nothing that strace, the kernel's audit or Tracee writes"
        : `no system call of ${found}`;
    throw new CommandError(exit.usage, `${name}: holds ${what}${only === "" ? "" : ` by ${only}`}`);
  }
  return recording;
}

async function existing(
  context: Context,
  machine: Host,
  name: string,
  target: Target,
): Promise<readonly Rule[]> {
  const { text } = await profileText(context, machine, name);
  const parsed = parseSeccomp(text);
  const filter = parsed.state === "ok" ? readingOf(parsed.profile, readingFor(target)) : undefined;
  if (filter === undefined) throw new CommandError(exit.usage, `--merge: ${name} makes no filter`);
  if (filter.otherwise.name === "ALLOW" || filter.otherwise.name === "LOG")
    throw new CommandError(
      exit.usage,
      `--merge: ${name} allows what it does not name; only an allow list can be added to`,
    );
  return filter.rules;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function architecturesOf(values: Values, target: Target): readonly Architecture[] {
  const asked = listOf(values.also).flatMap((name) => architectures.filter((one) => one === name));
  return asked.length === 0 ? [target.architecture] : asked;
}

function deliverProfile(context: Context, values: Values, generated: Generated): void {
  const options = readOptions(values);
  const { columns } = viewFor(context, options);
  if (values.format === "json") {
    const { profile, ...rest } = generated;
    deliver(
      context,
      options.output,
      `${JSON.stringify({ schemaVersion: 1, ...rest, profile: JSON.parse(profile) }, null, 2)}\n`,
    );
    return;
  }
  deliver(context, options.output, generated.profile);
  if (!options.quiet) context.err.write(generatedText(generated, columns, values.verbose === true));
}

/** 1 when the recording is known to have gaps and --strict is given. */
export async function generateCommand(
  files: readonly string[],
  values: Values,
  context: Context,
): Promise<ExitCode> {
  return await forTarget(context, values, async (target, machine) => {
    const form = forms.find((one) => one === values.from) ?? "auto";
    const only = typeof values.program === "string" ? values.program : "";
    const recordings: Recording[] = [];
    for (const name of files.length === 0 ? ["-"] : files) {
      const text = await fileText(context, machine, name, recordingLimit);
      recordings.push(recordingOf(name === "-" ? "standard input" : name, text, form, only));
    }
    const also =
      typeof values.merge === "string" ? await existing(context, machine, values.merge, target) : [];
    const generated = generate(
      recordings,
      {
        architecture: target.architecture,
        architectures: architecturesOf(values, target),
        base: values.base !== false,
        arguments: values.arguments === true,
        errno: values.errno === "EPERM" ? 1 : 38,
        also,
      },
      shippedSyscalls(),
    );
    deliverProfile(context, values, generated);
    return values.strict === true && generated.gaps.length > 0 ? exit.failed : exit.done;
  });
}
