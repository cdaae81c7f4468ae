// The section `drift` of a site file: how often the node is looked at, who is told of what changed, and where its metrics
// are served. Tells nobody.

import { isLoopback } from "../core/network.js";
import { type Risk, risks } from "../core/outcome.js";
import type { YamlNode } from "../formats/yaml-node.js";
import type { PolicyProblem } from "./document.js";
import { type Channel, readChannel } from "./drift-channels.js";
import type { LoadedPolicy } from "./load.js";
import { type Endpoint, SettingReader } from "./setting-reader.js";

/** Where the daemon serves its metrics: an address of loopback, or a Unix socket. */
export type MetricsPlace = Endpoint | { readonly socket: string };

export interface DriftSettings {
  /** Milliseconds between two looks of the daemon. */
  readonly intervalMs: number;
  readonly notify: readonly Channel[];
  /** The riskiest repair that the daemon makes of what drifted; `off`: it repairs nothing. */
  readonly autofix: Risk | "off";
  /** Undefined: nowhere. */
  readonly metrics?: MetricsPlace;
}

export type DriftSettingsResult =
  | { readonly state: "ok"; readonly settings: DriftSettings }
  | { readonly state: "error"; readonly problems: readonly PolicyProblem[] };

/** Beside node_exporter's 9100. */
const metricsPort = 9911;
/** The path of a Unix socket (unix(7)). */
const socketPathLimit = 107;

function metricsPlace(node: YamlNode, reader: SettingReader): MetricsPlace | undefined {
  const given = reader.keys(node, ["listen", "socket"], "drift.metrics");
  const [listen, socket] = [given.get("listen"), given.get("socket")];
  if (listen !== undefined && socket !== undefined)
    return reader.bad(socket, "drift.metrics takes listen or socket, not both");
  if (socket !== undefined) {
    const path = reader.path(socket, node, "socket");
    if (path === undefined || Buffer.byteLength(path) <= socketPathLimit)
      return path === undefined ? undefined : { socket: path };
    return reader.bad(socket, `socket takes a path of at most ${socketPathLimit} bytes`);
  }
  if (listen === undefined)
    return reader.bad(node, "drift.metrics takes listen: an address, or socket: a path");
  const endpoint = reader.endpoint(listen, metricsPort, "listen");
  if (endpoint === undefined || isLoopback(endpoint.host)) return endpoint;
  return reader.bad(listen, "listen takes an address of loopback: 127.0.0.1 or [::1]");
}

function section(node: YamlNode, reader: SettingReader, before: DriftSettings): DriftSettings {
  const given = reader.keys(node, ["interval", "notify", "metrics", "autofix"], "drift");
  const notify = given.get("notify");
  if (notify !== undefined && notify.kind !== "list") reader.bad(notify, "drift.notify takes a list");
  const metrics = given.get("metrics");
  const place = metrics === undefined ? before.metrics : metricsPlace(metrics, reader);
  return {
    intervalMs: reader.optional(given.get("interval"), before.intervalMs, (one) =>
      reader.time(one, "drift.interval"),
    ),
    notify:
      notify?.kind === "list"
        ? notify.items.map((item) => readChannel(item, reader)).filter((one) => one !== undefined)
        : before.notify,
    autofix: reader.optional(given.get("autofix"), before.autofix, (one) =>
      reader.choice(one, ["off", ...risks], "drift.autofix"),
    ),
    ...(place === undefined ? {} : { metrics: place }),
  };
}

/** The settings in force: the last document that gives a key wins. */
export function driftSettings({ documents }: LoadedPolicy): DriftSettingsResult {
  let settings: DriftSettings = { intervalMs: 3_600_000, notify: [{ kind: "journald" }], autofix: "off" };
  const problems: PolicyProblem[] = [];
  for (const { file, sections } of documents) {
    const node = sections.get("drift");
    if (node === undefined) continue;
    const reader = new SettingReader(file);
    settings = section(node, reader, settings);
    problems.push(...reader.problems.toSorted((a, b) => a.line - b.line || a.column - b.column));
  }
  return problems.length > 0 ? { state: "error", problems } : { state: "ok", settings };
}
