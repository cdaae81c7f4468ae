// apparmor.disabled-links: no policy file is kept from the kernel by an entry in /etc/apparmor.d/disable.
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { matchesWildcard } from "../../core/wildcard.js";
import { defineCheck } from "../define.js";

/** Ubuntu's packages rsyslog (up to 22.04) and firefox come with their profile disabled. */
const disabledByUbuntu: readonly string[] = ["usr.sbin.rsyslogd", "usr.bin.firefox"];

export default defineCheck({
  id: "apparmor.disabled-links",
  title: "No AppArmor profile is disabled",
  why: "A program whose profile is disabled runs without it from the next boot on, and nothing reports that.",
  remedy:
    "Remove the link that is named from /etc/apparmor.d/disable and load the profile with `apparmor_parser -r -T -W FILE`, or name in `allow` what is meant to stay disabled.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["apparmorFiles"],
  optional: ["platform"],
  params: {
    allow: words(
      [],
      "a list of files of /etc/apparmor.d that may be disabled, with *; on Ubuntu also those it ships so",
    ),
  },
  evaluate({ apparmorFiles: { files, idle, unlisted }, platform }, { allow }) {
    const all = files.flatMap(({ name, path, disabled: entry }) =>
      entry === undefined ? [] : [{ name, path, entry }],
    );
    const isUbuntu = platform.state === "known" && platform.value.is("ubuntu");
    const accepted = [...allow, ...(isUbuntu ? disabledByUbuntu : [])];
    const disabled = all.filter(({ name }) => !accepted.some((pattern) => matchesWildcard(pattern, name)));
    const left = all.filter((one) => !disabled.includes(one)).map(({ name }) => name);
    return {
      expected: "no file of /etc/apparmor.d disabled",
      actual: `${disabled.length} of ${files.length} files disabled`,
      evidence: disabled.map(({ entry }) => entry),
      problems: disabled.map(({ path, entry }) => ({
        message: `${printable(path)} is not loaded at boot: ${printable(entry.file)} disables it`,
      })),
      // What a file holds does not matter here: it is disabled by its name.
      unknowns: unlisted,
      notes: [
        ...(left.length === 0 ? [] : [`disabled, and accepted: ${listing(left)}`]),
        ...idle.map(({ file }) => `${printable(file)} names no file of /etc/apparmor.d`),
      ],
    };
  },
});
