// secrets.world-readable: no secret material that every account on the machine can read.
import { defineCheck } from "../define.js";
import { isListed, pathsParam } from "../path-list.js";
import { itemName, itemSource } from "./item.js";

export default defineCheck({
  id: "secrets.world-readable",
  title: "No secret material can be read by everybody",
  why: "Any service that is broken into, and any pod with that directory mounted, has the key.",
  remedy: "`chmod o-rwx` what is named, and take it for lost: renew the key, the token, the password.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["secrets"],
  params: { allow: pathsParam },
  evaluate({ secrets }, { allow }) {
    const items = secrets.items.filter(({ path }) => !isListed(path, allow));
    const open = items.filter(({ readers }) => readers.everybody);
    return {
      expected: "closed to others, or behind a directory that is",
      actual: `${items.length} places, ${open.length} of them open to everybody`,
      evidence: open.map(itemSource),
      problems: open.map((item) => ({
        message: `everybody can ${item.kind === "socket" ? "connect to" : "read"} ${itemName(item)}`,
      })),
      unknowns: secrets.unread,
    };
  },
});
