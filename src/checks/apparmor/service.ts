// apparmor.service: what the unit is for: the policy that boot loads is in the kernel. Whether the unit starts: services.apparmor.
import { printable } from "../../core/printable.js";
import type { DiskPolicy } from "../../facts/apparmor-files.js";
import { defineCheck } from "../define.js";

/** Its profiles that have no parent; those named by variables are known to the parser alone. */
function namesOf({ profiles }: DiskPolicy): readonly string[] {
  return profiles.map(({ name }) => name).filter((name) => !name.includes("//"));
}

export default defineCheck({
  id: "apparmor.service",
  title: "Every AppArmor profile that boot loads is in the kernel",
  why: "A profile that the unit could not load, or that somebody unloaded since, holds nothing, and its file looks as if it did.",
  remedy:
    "`apparmor_parser -r -T -W FILE` for what is named, or `systemctl reload apparmor` for all; `journalctl -u apparmor` says why one was not loaded.",
  breaks: "A program whose profile is too narrow for it, when it is started the next time.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["apparmor", "apparmorFiles"],
  params: {},
  evaluate({ apparmor: { loaded }, apparmorFiles: { files, unlisted, unread } }) {
    const present = new Set(loaded.map(({ name }) => name));
    const active = files.filter(({ disabled }) => disabled === undefined);
    const gaps = active.flatMap((file) => {
      const missing = namesOf(file).filter((name) => !present.has(name) && !name.includes("@{"));
      return missing.length === 0 ? [] : [{ file, missing }];
    });
    const untold = active.filter((file) => namesOf(file).some((name) => name.includes("@{")));
    return {
      expected: "every profile of /etc/apparmor.d in the kernel",
      actual: `${loaded.length} profiles loaded, ${gaps.length} of ${active.length} files not or in part`,
      evidence: gaps.flatMap(({ file, missing }) =>
        file.profiles.filter(({ name }) => missing.includes(name)).map(({ source }) => source),
      ),
      problems: gaps.map(({ file, missing }) => ({
        message: `${printable(file.path)}: not in the kernel: ${missing.map((name) => printable(name)).join(", ")}`,
        fix: [{ kind: "action", action: "load-apparmor-profile", args: [file.path] }],
      })),
      unknowns: [...unlisted, ...unread],
      notes: untold.map(
        ({ path }) => `${printable(path)} names a profile by variables: it was not looked for`,
      ),
    };
  },
});
