// apparmor.complain: no profile only writes down what it would have stopped, now or after the next boot.
import type { Fact } from "../../core/fact.js";
import { notApplicable } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import type { Source } from "../../core/source.js";
import type { AppArmorFiles } from "../../facts/apparmor-files.js";
import type { AppArmorProfiles } from "../../facts/apparmor-profiles.js";
import { defineCheck } from "../define.js";

interface Complaining {
  readonly message: string;
  readonly source: Source;
}

/** The profiles that complain because they are for that, and whose files are as they were declared. */
function onPurpose(declared: Fact<AppArmorProfiles>): ReadonlySet<string> {
  const policies = declared.state === "known" ? declared.value.policies : [];
  return new Set(
    policies.flatMap(({ complaining, stored, text }) =>
      stored.state === "ok" && stored.text === text ? complaining : [],
    ),
  );
}

function onDisk({ files }: AppArmorFiles, meant: ReadonlySet<string>): readonly Complaining[] {
  return files.flatMap(({ path, profiles, disabled, forced }) => {
    if (disabled !== undefined) return [];
    if (forced !== undefined)
      return [
        {
          message: `${printable(forced.file)} has ${printable(path)} loaded in complain mode`,
          source: forced,
        },
      ];
    return profiles.flatMap(({ name, flags, source }) =>
      flags.includes("complain") && !meant.has(name)
        ? [{ message: `the profile ${printable(name)} has the flag complain`, source }]
        : [],
    );
  });
}

export default defineCheck({
  id: "apparmor.complain",
  title: "Every AppArmor profile is enforced",
  why: "In complain mode a profile stops nothing: it only writes down what it would have stopped.",
  remedy:
    "Once its log is quiet, `aa-enforce FILE`, or take the flag `complain` or the link in force-complain away and load the file with `apparmor_parser -r -T -W FILE`.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: [],
  optional: ["apparmor", "apparmorFiles", "apparmorProfiles"],
  params: {},
  evaluate({ apparmor, apparmorFiles, apparmorProfiles }) {
    if (apparmor.state === "absent" && apparmorFiles.state === "absent")
      return notApplicable(apparmor.reason);
    const meant = onPurpose(apparmorProfiles);
    const loaded = apparmor.state === "known" ? apparmor.value.loaded : [];
    const live = loaded.flatMap(({ name, mode, source }) =>
      mode === "complain" && !meant.has(name)
        ? [{ message: `the profile ${printable(name)} is loaded in complain mode`, source }]
        : [],
    );
    const found = [...live, ...(apparmorFiles.state === "known" ? onDisk(apparmorFiles.value, meant) : [])];
    const files = apparmorFiles.state === "known" ? apparmorFiles.value.files.length : 0;
    return {
      expected: "no profile in complain mode",
      actual: `${loaded.length} profiles loaded, ${live.length} of them in complain mode; ${files} files`,
      evidence: found.map(({ source }) => source),
      problems: found.map(({ message }) => ({ message })),
      unknowns: [
        ...[apparmor, apparmorFiles].flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
        ...(apparmorFiles.state === "known"
          ? [...apparmorFiles.value.unlisted, ...apparmorFiles.value.unread]
          : []),
      ],
      notes: [
        ...(apparmor.state === "absent" ? [`only the files were judged: ${apparmor.reason}`] : []),
        ...(apparmor.state === "known" && loaded.length === 0 ? ["the kernel holds no profile at all"] : []),
      ],
    };
  },
});
