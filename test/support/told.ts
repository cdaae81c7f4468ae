// News of a drift, and a world that is told of it, as values: for tests of who is told of what.
import type { Comparison } from "../../src/core/snapshot.js";
import type { Doors, News } from "../../src/daemon/notify.js";
import { MemoryState } from "../../src/host/memory-state.js";
import { report, result } from "./report.js";

export function news(since: string, key = "/etc/passwd", verdict = false): News {
  const comparison: Comparison = {
    since,
    things: [{ change: "gone", kind: "file", key, before: { kind: "file", key, fields: {} } }],
    verdicts: verdict
      ? [
          {
            id: "a.b",
            severity: "critical",
            change: "new",
            before: "pass",
            after: "fail",
            message: "x\ny \u001b[31m",
          },
        ]
      : [],
    notCompared: [],
  };
  const changes = comparison.things.map((thing) => ({ thing, diff: "", by: "alice", when: "" }));
  const drift = { against: "the last run", comparison, changes, bundles: [] };
  const told = { hostname: "n1", takenAt: since, version: "1", drifts: [drift], remarks: [] };
  return { report: report([result({ id: "a.b", status: "fail" })]), drift, told };
}

export function world(broken: ReadonlySet<string> = new Set()) {
  const state = new MemoryState(() => undefined);
  const sent: string[] = [];
  const published = new Map<string, string>();
  const failing = new Set(broken);
  const answer = (what: string, body: string) => {
    if (failing.has(what)) return { state: "failed" as const, reason: `${what} is down` };
    sent.push(`${what}|${body}`);
    return { state: "ok" as const };
  };
  const doors: Doors = {
    files: state,
    send: {
      pipe: async (program, args, input) => answer([program, ...args].join(" "), input),
      pipeOutside: async (program, args, input) => answer([program, ...args].join(" "), input),
      journal: async (entry) => answer("journal", entry),
      post: async (url, body, key) => answer(`${url} ${key}`, body),
      api: async ({ url }) => ({ state: "failed", reason: `${url} is away` }),
      syslog: async ({ host, transport }, messages) => answer(`${transport} ${host}`, messages.join("\n")),
    },
    publish: (path, text) => {
      published.set(path, text);
      return { state: "ok" };
    },
    secret: async () => ({ text: "hunter2\n" }),
    distrust: async () => undefined,
    now: () => 0,
    kubeletConfig: async () => undefined,
  };
  return { state, sent, published, failing, doors };
}
