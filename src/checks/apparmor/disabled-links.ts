// apparmor.disabled-links: no policy file is kept from the kernel by an entry in /etc/apparmor.d/disable.
import { printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "apparmor.disabled-links",
  title: "No AppArmor profile is disabled",
  why: "A program whose profile is disabled runs without it from the next boot on, and nothing reports that.",
  remedy:
    "Remove the link that is named from /etc/apparmor.d/disable and load the profile with `apparmor_parser -r -T -W FILE`, or waive what is meant to stay disabled.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["apparmorFiles"],
  params: {},
  evaluate({ apparmorFiles: { files, idle, unlisted } }) {
    const disabled = files.flatMap(({ path, disabled: entry }) =>
      entry === undefined ? [] : [{ path, entry }],
    );
    return {
      expected: "no file of /etc/apparmor.d disabled",
      actual: `${disabled.length} of ${files.length} files disabled`,
      evidence: disabled.map(({ entry }) => entry),
      problems: disabled.map(({ path, entry }) => ({
        message: `${printable(path)} is not loaded at boot: ${printable(entry.file)} disables it`,
      })),
      // What a file holds does not matter here: it is disabled by its name.
      unknowns: unlisted,
      notes: idle.map(({ file }) => `${printable(file)} names no file of /etc/apparmor.d`),
    };
  },
});
