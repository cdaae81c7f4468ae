// Which sources the node asks for users, groups, hosts and the like (nsswitch.conf(5)). Not what they answer.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { parseNsswitchLines } from "../formats/nsswitch.js";
import type { FactSource } from "./source.js";

export interface NameService {
  readonly database: string;
  readonly sources: readonly string[];
  readonly source: Source;
}

const file = "/etc/nsswitch.conf";

export const nameServices: FactSource<readonly NameService[]> = {
  title: "the sources of names (/etc/nsswitch.conf)",
  async gather(host): Promise<Fact<readonly NameService[]>> {
    const read = await host.read(file);
    if (read.state === "absent")
      return absent("no /etc/nsswitch.conf: names come from the local files and DNS");
    if (read.state !== "ok") return failed(read.reason);
    return known(
      parseNsswitchLines(read.text).map(({ database, sources, line, text }) => ({
        database,
        sources,
        source: { file, line, span: { start: 0, end: 0 }, text },
      })),
    );
  },
};
