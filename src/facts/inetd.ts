// What the super-servers inetd and xinetd start on request. Not whether they run themselves (services.ts).
import type { Source } from "../core/source.js";
import { parseInetdConf, parseXinetdConf } from "../formats/inetd-conf.js";
import type { Host } from "../host/host.js";

export interface InetdEntry {
  readonly name: string;
  readonly source: Source;
}

export interface InetdEntries {
  readonly entries: readonly InetdEntry[];
  readonly unread: readonly string[];
}

const nowhere = { start: 0, end: 0 };

/** Every entry that is on: /etc/inetd.conf, /etc/xinetd.conf and the files of /etc/xinetd.d. */
export async function inetdEntries(host: Host): Promise<InetdEntries> {
  const folder = await host.list("/etc/xinetd.d");
  const names = folder.state === "ok" ? folder.entries.map(({ name }) => `${folder.path}/${name}`) : [];
  // xinetd.conf(5): names with a dot or a tilde at their end are left out.
  const files = names.filter((path) => !/\/[^/]*\.[^/]*$|~$/.test(path));
  const paths = ["/etc/inetd.conf", "/etc/xinetd.conf", ...files];
  const reads = await Promise.all(paths.map((path) => host.read(path)));
  return {
    entries: reads.flatMap((read) => {
      if (read.state !== "ok") return [];
      const parsed = read.path === "/etc/inetd.conf" ? parseInetdConf(read.text) : parseXinetdConf(read.text);
      return parsed.map(({ name, line, program }) => ({
        name,
        source: { file: read.path, line, span: nowhere, text: `${name} ${program}`.trim() },
      }));
    }),
    unread: [folder, ...reads].flatMap((read) =>
      read.state === "denied" || read.state === "failed" ? [read.reason] : [],
    ),
  };
}
