// files.capabilities: executable files carry no capabilities but those that are expected of them.
import { words } from "../../core/param.js";
import { wholeFile } from "../../core/source.js";
import type { FileCapabilities } from "../../facts/file-capabilities.js";
import { defineCheck } from "../define.js";
import { shown, walkRemark, walkTag } from "./walk.js";

/** Programs that distributions install so. */
const usual: readonly string[] = [
  "/usr/bin/ping cap_net_raw",
  "/usr/bin/arping cap_net_raw",
  "/usr/sbin/arping cap_net_raw",
  "/usr/bin/clockdiff cap_net_raw",
  "/usr/sbin/clockdiff cap_net_raw",
  "/usr/bin/fping cap_net_raw",
  "/usr/bin/mtr-packet cap_net_raw",
  "/usr/bin/traceroute6.iputils cap_net_raw",
  "/usr/bin/newuidmap cap_setuid",
  "/usr/bin/newgidmap cap_setgid",
  "/usr/bin/systemd-detect-virt cap_dac_override cap_sys_ptrace",
  "/usr/lib/snapd/snap-confine cap_chown cap_dac_override cap_dac_read_search cap_fowner cap_setgid cap_setuid cap_sys_chroot cap_sys_ptrace cap_sys_admin",
  "/usr/lib/x86_64-linux-gnu/gstreamer1.0/gstreamer-1.0/gst-ptp-helper cap_net_bind_service cap_net_admin cap_sys_nice",
];

/** Path -> the capabilities it may have; `/bin/ping` counts as `/usr/bin/ping`. */
function allowances(expected: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    expected.map((line) => {
      const [path = "", ...names] = line.split(/[\s,=]+/);
      return [path, new Set(names)];
    }),
  );
}

function excess(
  { path, capabilities }: FileCapabilities,
  allowed: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const names = allowed.get(path) ?? allowed.get(`/usr${path}`);
  return capabilities.filter((name) => names?.has(name) !== true);
}

export default defineCheck({
  id: "files.capabilities",
  title: "No program carries capabilities that are not expected of it",
  why: "A file with cap_setuid or cap_dac_override makes root of whoever runs it, and no list of set-user-id files shows it.",
  remedy: `\`setcap -r FILE\`, or add a line \`PATH cap_x cap_y\` to the parameter \`expected\`. ${walkRemark}`,
  severity: "medium",
  risk: "none",
  fixable: false,
  tags: walkTag,
  needs: ["fileCapabilities"],
  params: { expected: words(usual, "a list of `PATH cap_x cap_y`") },
  evaluate({ fileCapabilities }, { expected }) {
    const { files, unseen, remarks } = fileCapabilities;
    const allowed = allowances(expected);
    const wrong = files
      .map((file) => ({ file, more: excess(file, allowed) }))
      .filter(({ more }) => more.length > 0);
    return {
      expected: "no capabilities beyond those that are expected",
      actual:
        files.length === 0
          ? "no file with capabilities"
          : files.map(({ path, capabilities }) => `${path} ${capabilities.join(",")}`).join("; "),
      evidence: (wrong.length > 0 ? wrong.map(({ file }) => file) : files).map(({ path, text }) =>
        wholeFile(path, text),
      ),
      problems: wrong.map(({ file, more }) => ({
        message: `whoever runs ${shown(file.path)} gets ${more.join(", ")}`,
      })),
      unknowns: unseen,
      notes: remarks,
    };
  },
});
