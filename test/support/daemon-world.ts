// The daemon over values: a clock, folders, signals, a service manager, and looks that answer as they are told.
import { Daemon, type DaemonEnd } from "../../src/daemon/daemon.js";
import { type LookMessage, type LookOrder, messageLine, parseOrder } from "../../src/daemon/look-message.js";
import type { FolderEvent } from "../../src/host/folder-watch.js";
import type { Service } from "../../src/host/service.js";
import type { WorkerEnd } from "../../src/host/worker.js";
import { FakeTime } from "./fake-time.js";

export const hour = 3_600_000;
type Message<Name> = Extract<LookMessage, { readonly message: Name }>;
export const policy: Message<"policy"> = {
  message: "policy",
  documents: { "/c": "one" },
  intervalMs: hour,
  metrics: null,
};
export const looked: Message<"looked"> = {
  message: "looked",
  folders: [{ path: "/etc", identity: "1:2", names: ["passwd"] }],
  said: [],
  status: "score 90, 3 checks fail",
  metrics: "nodeward_score 90\n",
  againMs: null,
  untold: false,
};

export interface Answer {
  readonly messages?: readonly LookMessage[];
  readonly end?: WorkerEnd;
  readonly takesMs?: number;
}

export function daemonWorld() {
  const time = new FakeTime();
  const said: string[] = [];
  const told: Readonly<Record<string, string>>[] = [];
  const orders: (LookOrder | undefined)[] = [];
  const answers: Answer[] = [];
  const served = new Map<string, () => string | undefined>();
  const taken = new Set<string>();
  let killed = 0;
  let usual: Answer = { messages: [policy, looked] };
  let signal: (name: "reload" | "stop") => void = () => {};
  let event: (event: FolderEvent) => void = () => {};
  const kernel = { listeners: "tcp 22", modules: "overlay" };
  const service: Service = {
    timers: time,
    manager: { tell: async (fields) => void told.push(fields), watchdogMs: 60_000 },
    watchFolder: (_path, seen) => {
      event = seen;
      return { state: "ok", close: () => {} };
    },
    listeners: () => kernel.listeners,
    modules: () => kernel.modules,
    startWorker: (_words, input, line) => {
      orders.push(parseOrder(input));
      const { messages = [], end = { code: 0, signal: null }, takesMs = 0 } = answers.shift() ?? usual;
      void Promise.resolve().then(() => {
        for (const message of messages) line(messageLine(message).trim());
      });
      let finish: (end: WorkerEnd) => void = () => {};
      const ended = new Promise<WorkerEnd>((resolve) => {
        finish = resolve;
      });
      const cancel = time.after(takesMs, () => finish(end));
      const kill = () => {
        killed++;
        cancel();
        finish({ code: null, signal: "SIGKILL" });
      };
      return { ended, kill };
    },
    onSignal: (listen) => {
      signal = listen;
    },
    serve: async (place, _path, _type, text) => {
      const where = "socket" in place ? place.socket : `${place.host}:${place.port}`;
      if (taken.has(where)) return { state: "failed", reason: `${where} is taken` };
      served.set(where, text);
      return { state: "ok", serving: { where, close: async () => void served.delete(where) } };
    },
    stepBack: () => {},
  };
  const daemon = new Daemon({
    service,
    look: ["nodeward"],
    root: undefined,
    say: (text) => void said.push(text),
  });
  let end: DaemonEnd | undefined;
  void daemon.run().then((how) => {
    end = how;
  });
  return {
    time,
    said,
    told,
    orders,
    answers,
    kernel,
    served,
    taken,
    killed: () => killed,
    end: () => end,
    signal: (name: "reload" | "stop") => signal(name),
    change: (name: string) => event({ kind: "changed", name }),
    always: (answer: Answer) => {
      usual = answer;
    },
    fields: (name: string) => told.flatMap((fields) => fields[name] ?? []),
  };
}
