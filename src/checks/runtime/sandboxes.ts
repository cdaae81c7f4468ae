// runtime.*: where gVisor or Kata Containers is set up, its handlers and programs fit together. A row a runtime.
import { notApplicable, type Verdict } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import type { SandboxRuntime, SandboxRuntimes } from "../../facts/sandbox-runtimes.js";
import { type Check, defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

const rows = [
  {
    name: "gvisor",
    product: "gVisor",
    remedy:
      "Install runsc and containerd-shim-runsc-v1 owned by root with mode 0755, and register a runtime of the type io.containerd.runsc.v1 in containerd's config.toml, or a table of crio.runtime.runtimes in CRI-O's configuration.",
  },
  {
    name: "kata",
    product: "Kata Containers",
    remedy:
      "Install Kata Containers owned by root with mode 0755, and register a runtime of the type io.containerd.kata.v2 in containerd's config.toml, or a table of crio.runtime.runtimes in CRI-O's configuration.",
  },
] as const;

function handlerProblems({ handlers }: SandboxRuntime): readonly string[] {
  return handlers.flatMap(({ name, programs }) =>
    programs
      .filter(({ there }) => !there)
      .map(
        ({ path }) =>
          `the handler ${printable(name)} needs ${printable(path)}, which is not there: its pods do not start`,
      ),
  );
}

function judge(product: string, own: SandboxRuntime, { unread }: SandboxRuntimes): Verdict {
  const { handlers, programs } = own;
  if (handlers.length === 0 && programs.length === 0 && unread.length === 0)
    return notApplicable(`no handler and no program of ${product} on this node`);
  const files = joinFindings(programs.map((state) => judgeMode(state, { mode: 0o755 })));
  const idle = handlers.length === 0 && programs.length > 0 && unread.length === 0;
  const nameless = handlers.filter((one) => one.programs.length === 0);
  const messages = [
    ...handlerProblems(own),
    ...files.problems.map(({ message }) => message),
    ...(idle ? [`${product} is installed, and no handler of containerd or CRI-O runs it`] : []),
  ];
  return {
    expected: "handlers whose programs are there, root's own",
    actual: `${handlers.length} handlers, ${programs.length} programs`,
    evidence: [...handlers.map(({ source }) => source), ...files.evidence],
    problems: messages.map((message) => ({ message })),
    unknowns: [
      ...unread,
      ...files.unknowns,
      ...nameless.map(({ name }) => `which program the handler ${printable(name)} starts is not known`),
    ],
  };
}

export const sandboxes: readonly Check[] = rows.map(({ name, product, remedy }) =>
  defineCheck({
    id: `runtime.${name}`,
    title: `${product}, where it is set up, can run`,
    why: "A pod that asks for a sandboxed runtime does not start without it, and is then often run without the sandbox; a runtime that others can write runs as root.",
    remedy,
    severity: "medium",
    risk: "none",
    fixable: false,
    needs: ["sandboxRuntimes"],
    params: {},
    evaluate: ({ sandboxRuntimes }) => judge(product, sandboxRuntimes[name], sandboxRuntimes),
  }),
);
