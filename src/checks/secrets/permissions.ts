// secrets.permissions: secret material belongs to root, or to whose home it lies in, and to nobody else.
import { listing, printable } from "../../core/printable.js";
import type { SecretItem } from "../../facts/secrets.js";
import { defineCheck } from "../define.js";
import { isListed, pathsParam } from "../path-list.js";
import { itemName, itemSource } from "./item.js";

/** Accounts that own material of a program of theirs. */
const owners: Readonly<Record<string, readonly string[]>> = { database: ["etcd"], key: ["etcd"] };

function judge(item: SecretItem): readonly string[] {
  const { readers, home, groups, kind } = item;
  const name = itemName(item);
  const expected = [...(home === undefined ? [] : [home]), ...(owners[kind] ?? [])];
  const { owner, group, granted } = readers;
  // A group that only its owner is in gives nobody anything.
  const others = group?.members.filter((member) => member !== owner && member !== home) ?? [];
  return [
    ...(owner === undefined || expected.includes(owner) ? [] : [`${name} belongs to ${printable(owner)}`]),
    ...(group === undefined || groups.includes(group.name) || others.length === 0
      ? []
      : [`${name} is open to group ${printable(group.name)}: ${listing(others, 5)}`]),
    ...granted
      .filter(
        (who) =>
          !expected.some((one) => who === `user ${one}`) && !groups.some((one) => who === `group ${one}`),
      )
      .map((who) => `${name} is open to ${printable(who)} by an access list`),
    ...readers.writers.map((who) => `${name} can be changed by ${printable(who)}`),
  ];
}

export default defineCheck({
  id: "secrets.permissions",
  title: "Secret material is open to its owner alone",
  why: "A key that a second account can read is that account's key too, and no log says when it was used.",
  remedy:
    "`chown root:root` and `chmod 0600` what is named (0700 for directories), or take the members out of the group.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["secrets"],
  params: { allow: pathsParam },
  evaluate({ secrets }, { allow }) {
    const items = secrets.items.filter(({ path }) => !isListed(path, allow));
    const judged = items.map((item) => ({ item, messages: judge(item) }));
    const wrong = judged.filter(({ messages }) => messages.length > 0);
    return {
      expected: "owned by root or by whose home it is, closed to groups with other members",
      actual: `${items.length} places, ${wrong.length} of them otherwise`,
      evidence: wrong.map(({ item }) => itemSource(item)),
      problems: wrong.flatMap(({ messages }) => messages.map((message) => ({ message }))),
      unknowns: secrets.unread,
      notes: secrets.notes,
    };
  },
});
