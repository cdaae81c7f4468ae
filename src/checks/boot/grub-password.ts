// boot.grub-password: nobody changes what GRUB starts without a password.
import type { Problem } from "../../core/outcome.js";
import { place, wholeFile } from "../../core/source.js";
import type { BootLoader } from "../../facts/boot-loader.js";
import { defineCheck } from "../define.js";

function problemsOf({ superusers, passwords }: BootLoader): readonly Problem[] {
  if (superusers.length === 0)
    return [
      { message: "GRUB names no superusers: who is at the console edits an entry and gets a root shell" },
    ];
  const names = new Set(superusers.map(({ name }) => name));
  const theirs = passwords.filter(({ user }) => names.has(user));
  if (theirs.length === 0)
    return [{ message: `GRUB names superusers (${[...names].join(", ")}) that have no password` }];
  return theirs
    .filter(({ weak }) => weak)
    .map(({ user, source }) => ({ message: `the password of ${user} stands in clear in ${place(source)}` }));
}

export default defineCheck({
  id: "boot.grub-password",
  title: "Changing what GRUB starts takes a password",
  why: "At the console `init=/bin/sh` on the kernel's command line is a root shell without any password.",
  remedy:
    "Make a hash with `grub-mkpasswd-pbkdf2`, put `set superusers` and `password_pbkdf2` into a file of /etc/grub.d, let the menu entries be `--unrestricted`, then `update-grub`.",
  breaks:
    "An entry that is not `--unrestricted` waits for the password at every start: an unattended restart stops there.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["bootLoader"],
  params: {},
  evaluate({ bootLoader }) {
    const { superusers, passwords, restricted, files } = bootLoader;
    const problems = problemsOf(bootLoader);
    const sources = [...superusers.map(({ source }) => source), ...passwords.map(({ source }) => source)];
    const waits = superusers.length > 0 && restricted.length > 0 ? restricted[0] : undefined;
    return {
      expected: "superusers with a hashed password",
      actual: problems.length === 0 ? "superusers with a hashed password" : `${superusers.length} superusers`,
      evidence: sources.length > 0 ? sources : files.map((file) => wholeFile(file, "no superusers")),
      problems,
      notes:
        waits === undefined
          ? []
          : [`${place(waits)} asks for the password at every start: an unattended restart stops there`],
    };
  },
});
