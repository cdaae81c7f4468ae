// Which programs send this node's logs elsewhere, to where, and whether encrypted: rsyslog, systemd-journal-upload, and the
// collectors that run. What a collector is configured to do is not read.
import { type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { KnownServiceName } from "./known-services.js";
import { processes } from "./processes.js";
import { rsyslog } from "./rsyslog.js";
import { isLoopback } from "./rsyslog-forwards.js";
import type { Ask, FactSource } from "./source.js";
import { type SystemdConf, systemdConf } from "./systemd-conf.js";

export interface LogForward {
  readonly by: Extract<KnownServiceName, "rsyslog" | "journal-upload">;
  readonly target: string;
  /** Undefined where the configuration does not say. */
  readonly encrypted: boolean | undefined;
  /** Does it check who takes the logs? */
  readonly verified: boolean;
  readonly source: Source;
}

export interface Collector {
  readonly name: string;
  readonly source: Source;
}

export interface LogForwards {
  /** What leaves the node; targets on loopback are left out. */
  readonly forwards: readonly LogForward[];
  /** Running programs that collect logs, in pods as well. */
  readonly collectors: readonly Collector[];
  /** What could not be read of which service. */
  readonly unread: readonly { readonly by: KnownServiceName; readonly reason: string }[];
}

const collectorNames = [
  "fluent-bit",
  "fluentd",
  "td-agent",
  "vector",
  "promtail",
  "alloy",
  "grafana-agent",
  "filebeat",
  "otelcol",
  "otelcol-contrib",
  "logstash",
  "splunkd",
  "nxlog",
  "syslog-ng",
  "aws-for-fluent-bit",
  "amazon-cloudwatch-agent",
  "google_cloud_ops_agent_engine",
];

/** systemd-journal-upload takes https unless told (systemd-journal-upload(8)). */
function upload(conf: SystemdConf): readonly LogForward[] {
  const url = conf.last("Upload", "URL");
  if (url === undefined || url.value === "") return [];
  const trusted = conf.last("Upload", "TrustedCertificateFile")?.value;
  return [
    {
      by: "journal-upload",
      target: url.value,
      encrypted: !/^http:\/\//i.test(url.value),
      verified: trusted !== "-",
      source: url.source,
    },
  ];
}

async function collectors(ask: Ask): Promise<readonly Collector[]> {
  const all = await ask(processes);
  if (all.state !== "known") return [];
  return collectorNames.flatMap((name) => {
    const [first] = all.value.named(name);
    return first === undefined ? [] : [{ name, source: wholeFile(`/proc/${first.pid}/cmdline`, name) }];
  });
}

export const logForwards: FactSource<LogForwards> = {
  title: "where this node's logs are sent (rsyslog, journal-upload.conf, running collectors)",
  async gather(host, ask): Promise<Fact<LogForwards>> {
    const [conf, journal, running] = await Promise.all([
      ask(rsyslog),
      systemdConf(host, "journal-upload.conf"),
      collectors(ask),
    ]);
    const own = conf.state === "known" ? conf.value.forwards : [];
    const blind = conf.state === "known" ? conf.value.unread : conf.state === "error" ? [conf.reason] : [];
    if (journal.unread.length > 0) return failed(journal.unread.join("; "));
    return known({
      forwards: [
        ...own.map(({ target, encrypted, source }) => ({
          by: "rsyslog" as const,
          target,
          encrypted,
          verified: true,
          source,
        })),
        ...upload(journal),
      ].filter(({ target }) => !isLoopback(target.replace(/^https?:\/\//i, ""))),
      collectors: running,
      unread: blind.map((reason) => ({ by: "rsyslog" as const, reason })),
    });
  },
};
