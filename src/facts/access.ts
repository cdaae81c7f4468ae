// Who and what has root on this node, and by which way: the inventory behind `nodeward access`. Judges none of it.
import { type Fact, known } from "../core/fact.js";
import { accessOfFiles, accessOfSockets } from "./access-files.js";
import { accessOfProcesses } from "./access-processes.js";
import { accessOfUsers } from "./access-users.js";
import { type AccessPart, joinParts } from "./access-way.js";
import type { FactSource } from "./source.js";

export const access: FactSource<AccessPart> = {
  title:
    "everybody and everything with root on this node: accounts, sudo, groups, keys, files, sockets, processes",
  async gather(host, ask): Promise<Fact<AccessPart>> {
    const parts = await Promise.all([
      accessOfUsers(ask),
      accessOfFiles(host, ask),
      accessOfSockets(host, ask),
      accessOfProcesses(host, ask),
    ]);
    return known(joinParts(parts));
  },
};
