// What `nodeward seccomp list` and `nodeward apparmor list` share: the shipped profiles and the site's own, by name. Does
// not look at what is installed.
import type { Entry } from "../host/host.js";
import { listJson, listText } from "../report/seccomp-node.js";
import { type Context, type ExitCode, exit } from "./context.js";
import { readOptions, type Values } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";
import { purposeOf } from "./profile-purpose.js";

interface Kind {
  /** The folder of what is shipped. */
  readonly folder: "seccomp" | "apparmor";
  readonly shipped: readonly { readonly name: string }[];
  /** The folder of the site's own. */
  readonly site: string;
  /** The profile that an entry of that folder is, if any. */
  nameOf(entry: Entry): string | undefined;
}

export async function listProfiles(values: Values, context: Context, kind: Kind): Promise<ExitCode> {
  const host = open(context, String(values.root ?? "/"));
  try {
    const list = await host.list(kind.site);
    if (list.state === "denied" || list.state === "failed") context.err.write(`nodeward: ${list.reason}\n`);
    const own = (list.state === "ok" ? list.entries : []).flatMap((entry) => {
      const name = kind.nameOf(entry);
      return name === undefined ? [] : [{ name, origin: `${kind.site}/${entry.name}`, purpose: "" }];
    });
    const shipped = kind.shipped.map(({ name }) => ({
      name,
      origin: "shipped",
      purpose: purposeOf(context, `${kind.folder}/${name}.md`),
    }));
    const rows = [...shipped, ...own];
    const options = readOptions(values);
    const { columns } = viewFor(context, options);
    deliver(context, options.output, values.format === "json" ? listJson(rows) : listText(rows, columns));
    return exit.done;
  } finally {
    await host.close();
  }
}
