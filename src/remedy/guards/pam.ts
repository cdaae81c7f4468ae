// The stacks of PAM still let in who is let in today: every line can be used, every module is there, and nobody can lock
// root or an account out for good from outside.
import type { Fact } from "../../core/fact.js";
import type { Group, Left } from "../../core/plan.js";
import { listing, printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { type Accounts, accounts } from "../../facts/accounts.js";
import { clock } from "../../facts/clock.js";
import { passwordWorks } from "../../facts/login-account.js";
import { type LoginPolicy, loginPolicy } from "../../facts/login-policy.js";
import { type Pam, type PamStack, type PamStep, pam } from "../../facts/pam.js";
import { rootAfter } from "../../facts/root-after.js";
import { type Sudoers, sudoers } from "../../facts/sudoers.js";
import { type Compared, concerned, defineGuard, left } from "./guard.js";

interface Stacks {
  readonly pam: Fact<Pam>;
  readonly policy: Fact<LoginPolicy>;
  readonly accounts: Fact<Accounts>;
  readonly sudoers: Fact<Sudoers>;
  readonly now: number;
}

/** By these people get in and become root. */
const services = [
  "sshd",
  "login",
  "sudo",
  "sudo-i",
  "su",
  "su-l",
  "common-auth",
  "common-account",
  "system-auth",
  "password-auth",
];
const types = ["auth", "account", "password", "session"] as const;

function moduleOf({ module }: Pick<PamStep, "module">): string {
  return module.slice(module.lastIndexOf("/") + 1).replace(/\.so$/, "");
}

function stacksOf({ pam: fact }: Stacks): readonly PamStack[] {
  if (fact.state !== "known") return [];
  const all = fact.value;
  return services
    .filter((name) => all.services.includes(name))
    .map((name) => all.stack(name))
    .flatMap((stack) => (stack.state === "known" ? [stack.value] : []));
}

function steps(stack: PamStack): readonly PamStep[] {
  return types.flatMap((type) => stack.of(type));
}

/** What makes a stack refuse everybody, as it was not before. */
function unusable(group: Group, before: Stacks, after: Stacks): readonly Left[] {
  const old = new Set(stacksOf(before).flatMap(({ problems }) => problems.map(({ message }) => message)));
  const fresh = stacksOf(after).flatMap(({ service, problems }) =>
    problems
      .filter(({ message }) => !old.has(message))
      .map(({ message, source }) => `${service}, ${place(source)}: ${message}`),
  );
  const there = after.policy.state === "known" ? after.policy.value.modules : undefined;
  const had = new Set(stacksOf(before).flatMap(steps).map(moduleOf));
  const missing = stacksOf(after)
    .flatMap(steps)
    .filter(
      (step) =>
        !had.has(moduleOf(step)) && (there?.state !== "known" || !there.value.has(`${moduleOf(step)}.so`)),
    )
    .map((step) => `${place(step.source)}: ${printable(step.module)} is not installed`);
  const found = [...new Set([...fresh, ...missing])];
  if (found.length === 0) return [];
  return left(
    concerned(group, ["accounts.pam-faillock", "accounts.pam-pwquality", "accounts", "su"]),
    "refuse",
    `PAM would refuse everybody: ${listing(found, 3)}`,
    "install the module, or change the stack by hand with a root shell kept open",
  );
}

/** pam_faillock(8): `even_deny_root`, and an `unlock_time` of 0, are locks that anybody can turn from outside. */
function lockable(group: Group, before: Stacks, after: Stacks): readonly Left[] {
  const found = (all: Stacks) => {
    const policy = all.policy.state === "known" ? all.policy.value.faillock : undefined;
    const args = stacksOf(all)
      .flatMap(steps)
      .filter((step) => moduleOf(step) === "pam_faillock")
      .flatMap((step) => step.args);
    if (
      args.length === 0 &&
      !stacksOf(all)
        .flatMap(steps)
        .some((step) => moduleOf(step) === "pam_faillock")
    )
      return [];
    const conf = (key: string) => (policy?.state === "known" ? policy.value.get(key)?.value : undefined);
    const root = args.includes("even_deny_root") || conf("even_deny_root") !== undefined;
    const never =
      args.some((arg) => /^unlock_time=(?:0|never)$/.test(arg)) ||
      /^(?:0|never)$/.test(conf("unlock_time") ?? "");
    return [
      ...(root ? ["root too would be locked by wrong passwords that anybody can give (even_deny_root)"] : []),
      ...(never
        ? ["an account locked by wrong passwords would stay so until root unlocks it (unlock_time = 0)"]
        : []),
    ];
  };
  const old = new Set(found(before));
  const fresh = found(after).filter((one) => !old.has(one));
  if (fresh.length === 0) return [];
  return left(
    concerned(group, ["accounts.pam-faillock"]),
    "defer",
    listing(fresh, 2),
    "set an unlock_time in seconds and leave root out, or make the change by hand",
  );
}

function wheelOf(all: Stacks): PamStep | undefined {
  return stacksOf(all)
    .filter(({ service }) => service === "su" || service === "su-l")
    .flatMap((stack) => stack.of("auth"))
    .find(
      (step) => moduleOf(step) === "pam_wheel" && !step.args.includes("deny") && !step.args.includes("trust"),
    );
}

/** Who becomes root by su alone must be in the group that may. */
function suShut(group: Group, before: Stacks, after: Stacks): readonly Left[] {
  const wheel = wheelOf(after);
  const { accounts: people, sudoers: rules, now } = after;
  if (wheel === undefined || wheelOf(before) !== undefined || people.state !== "known") return [];
  const all = people.value;
  const sudo = rules.state === "known" ? rules.value : undefined;
  const others = all.users.some((user) => user.uid !== 0 && rootAfter(all, sudo, user, now) !== undefined);
  const root = all.user("root");
  if (others || root === undefined || !passwordWorks(all, root)) return [];
  const named = wheel.args.find((arg) => arg.startsWith("group="))?.slice("group=".length);
  // pam_wheel(8): without a group wheel, and where there is none the group with id 0.
  const name = named ?? (all.group("wheel") === undefined ? all.groupName(0) : "wheel");
  if (all.membersOf(name).some((member) => all.user(member)?.uid !== 0)) return [];
  return left(
    concerned(group, ["su.restricted"]),
    "refuse",
    `su is the only way to root here, and nobody is in the group ${printable(name)} that could use it (${place(wheel.source)})`,
    `put an administrator into the group: \`usermod -aG ${printable(name)} NAME\``,
  );
}

function judge({ group, before, after }: Compared<Stacks>): readonly Left[] {
  if (after.pam.state === "error" && before.pam.state !== "error")
    return left(
      group.checks,
      "refuse",
      `PAM's stacks could not be read: ${after.pam.reason}`,
      "change them by hand",
    );
  for (const one of [unusable, lockable, suShut]) {
    const found = one(group, before, after);
    if (found.length > 0) return found;
  }
  return [];
}

export const pamStacks = defineGuard<Stacks>({
  title: "PAM refuses nobody whom it lets in today",
  groups: ["accounts"],
  async gather(ask) {
    const [stacks, policy, people, rules, time] = await Promise.all([
      ask(pam),
      ask(loginPolicy),
      ask(accounts),
      ask(sudoers),
      ask(clock),
    ]);
    return {
      pam: stacks,
      policy,
      accounts: people,
      sudoers: rules,
      now: time.state === "known" ? time.value : 0,
    };
  },
  judge,
});
