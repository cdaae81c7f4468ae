import { test } from "uvu";
import * as assert from "uvu/assert";
import { fleetMarkdown } from "../../../src/report/fleet-markdown.js";
import { markdown } from "../../../src/report/markdown.js";
import { fleet, hostile, realistic, report } from "../../support/report.js";

const view = { columns: 80, colour: false, verbose: false, quiet: false };

test("header, summary, domains, findings", () => {
  const text = markdown(report(realistic), view);
  for (const part of [
    "# Hardening of node-7\n",
    "| Profile | baseline |\n",
    "**Score 21.2 of 100** for 13 checks.",
    "| failed | 1 | 1 | – | – | 2 |\n",
    "| sshd | 25 | 2 | – | 1 | – | 1 |\n",
    "### sshd (2 failed, 1 waived, 1 passed)\n",
    "#### `sshd.permit-root-login` (high, failed)\n\nRoot does not log in over SSH\n",
    "- **Found:** `yes; without-password for user backup`\n",
    "  - `/etc/ssh/sshd_config:118`: `PermitRootLogin without-password`\n",
    "- permission denied: /etc/sudoers: `sudo.nopasswd`, `sudo.use-pty`\n",
    "- no kubelet on this node: `kubelet.anonymous-auth`, `kubelet.read-only-port`\n",
  ])
    assert.match(text, part);
  assert.not.match(text, "### sysctl");
});

test("--quiet is the summary, --verbose has the passes", () => {
  assert.not.match(markdown(report(realistic), { ...view, quiet: true }), "## ");
  assert.match(
    markdown(report(realistic), { ...view, verbose: true }),
    "- `sshd.ciphers`: Only strong ciphers",
  );
});

test("a fleet: a column a node while they are few, else their names", () => {
  assert.match(fleetMarkdown(fleet(3), view), "| sshd.macs | critical | 2/3 | `F` | `F` | `.` |\n");
  assert.match(fleetMarkdown(fleet(13), view), "| sshd.macs | critical | 10/13 | node-1, node-3, ");
  assert.not.match(fleetMarkdown(fleet(3), { ...view, quiet: true }), "## ");
});

test("hostile text makes no tag, no link and no cell of its own", () => {
  for (const text of [
    markdown(hostile(), { ...view, verbose: true }),
    fleetMarkdown([hostile(), hostile()], view),
  ]) {
    const outsideCode = text.replace(/(?<![\\`])(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
    assert.not.match(outsideCode, /(?<!\\)</);
    assert.not.match(outsideCode, /(?<!\\)\[/);
    assert.not.match(text, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
    const widths = [...text.matchAll(/(?:^\|.*\|\n)+/gm)].map(([rows]) =>
      rows
        .trimEnd()
        .split("\n")
        .map((row) => row.match(/(?<!\\)\|/g)?.length),
    );
    for (const rows of widths) assert.is(new Set(rows).size, 1, text.slice(0, 300));
  }
});

test.run();
