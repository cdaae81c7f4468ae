// Does a rule try to allow everybody as target but root?

import type { Grant } from "../../facts/sudoers-grants.js";
import { idOf } from "../../facts/sudoers-match.js";
import { defineCheck } from "../define.js";
import { grantsToOthers, ruleOutcome } from "./shapes.js";

type RunAsLeaf = NonNullable<Grant["runAs"]>[number];

function meansRoot({ item }: RunAsLeaf): boolean {
  const name = item.text.replace(/^%/, "");
  return name === "root" || idOf(name) === 0;
}

/** Everybody is named, and root taken out: in one list, or through an alias. */
function exceptsRoot(grant: Grant): boolean {
  const list = grant.runAs ?? [];
  return (
    list.some(({ item, negated }) => item.kind === "all" && !negated) &&
    list.some((leaf) => leaf.negated && meansRoot(leaf))
  );
}

export default defineCheck({
  id: "sudo.runas-all-except-root",
  title: "No sudo rule allows every target user except root",
  why: "`(ALL, !root)` keeps nobody from root: up to sudo 1.8.27 `-u#-1` was root (CVE-2019-14287), and every account that can become root is still allowed.",
  remedy: "Name the target users that are meant.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const found = grantsToOthers(sudoers)
      .filter(exceptsRoot)
      .map((grant) => ({
        grant,
        message: `${grant.userText} may run commands as everybody but root, which does not hold`,
      }));
    // One list stands for all commands of its rule.
    const seen = new Set<unknown>();
    const unique = found.filter(({ grant }) => {
      const list = grant.spec.runAs;
      return !seen.has(list) && seen.add(list) !== undefined;
    });
    return ruleOutcome(sudoers, "no (ALL, !root)", unique);
  },
});
