// accounts.admin-groups: in the groups that lead to root are those who are expected there.

import type { Fact } from "../../core/fact.js";
import type { Problem } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import type { AccountFiles } from "../../facts/account-files.js";
import type { Accounts } from "../../facts/accounts.js";
import { rootGroups } from "../../facts/root-groups.js";
import { defineCheck } from "../define.js";

interface Member {
  readonly group: string;
  readonly user: string;
}

/** Members by /etc/group and by primary group, and who may put members in (gshadow(5)). */
function membersOf(accounts: Accounts, gshadow: Fact<AccountFiles>, group: string): readonly Member[] {
  const shadow =
    gshadow.state === "known" && gshadow.value.gshadow.state === "known" ? gshadow.value.gshadow.value : [];
  const entry = shadow.find(({ name }) => name === group);
  const users = [...accounts.membersOf(group), ...(entry?.members ?? []), ...(entry?.administrators ?? [])];
  return [...new Set(users)].map((user) => ({ group, user }));
}

/** A password of the group lets everybody in who knows it (newgrp(1)). */
function passwords(files: Fact<AccountFiles>): readonly Problem[] {
  if (files.state !== "known" || files.value.gshadow.state !== "known") return [];
  return files.value.gshadow.value
    .filter(({ name, password }) => rootGroups.has(name) && password.kind === "hash" && !password.locked)
    .map(({ name }) => ({
      message: `group ${printable(name)} has a password: whoever knows it joins with newgrp`,
    }));
}

export default defineCheck({
  id: "accounts.admin-groups",
  title: "Groups that lead to root have the expected members only",
  why: "A member of docker, lxd or disk is root by one command, without a password and without a line in sudo's log.",
  remedy:
    "`gpasswd -d USER GROUP`; name those who belong there in the parameter `expected`, as `sudo:alice` (then every group is compared with that list).",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["accounts"],
  optional: ["accountFiles"],
  params: {
    expected: words([], "a list of GROUP:USER"),
  },
  evaluate({ accounts, accountFiles }, { expected }) {
    const present = [...rootGroups].filter(([name]) => accounts.group(name) !== undefined);
    const members = present.flatMap(([name]) => membersOf(accounts, accountFiles, name));
    // Without a list those who come to root by sudo, with their name in the log, are not wrong by themselves.
    const isListed = ({ group, user }: Member) =>
      expected.includes(`${group}:${user}`) ||
      (expected.length === 0 && rootGroups.get(group)?.accountable === true);
    const wrong = members.filter((member) => !isListed(member));
    const shown = members.map(({ group, user }) => `${group}:${user}`);
    const gshadow = accountFiles.state === "known" ? accountFiles.value.gshadow : accountFiles;
    return {
      expected: expected.length > 0 ? expected.join(", ") : "nobody in a group that is root without sudo",
      actual: shown.length === 0 ? "no members" : listing(shown, 50),
      evidence: [
        ...new Set((wrong.length > 0 ? wrong : members).map(({ group }) => accounts.group(group)?.source)),
      ].filter((source) => source !== undefined),
      problems: [
        ...wrong.map(({ group, user }) => ({
          message: `${printable(user)} is in group ${group}, which ${rootGroups.get(group)?.means}`,
        })),
        ...passwords(accountFiles),
      ],
      unknowns: gshadow.state === "error" ? [gshadow.reason] : [],
    };
  },
});
