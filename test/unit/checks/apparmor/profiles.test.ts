import { createHash } from "node:crypto";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { shippedProfileChecks, siteProfiles } from "../../../../src/checks/apparmor/profiles.js";
import type { MemoryFiles, MemoryOptions } from "../../../../src/host/memory.js";
import { installed, listFile, modeOf, node, policyFolder, shipped } from "../../../support/apparmor-node.js";
import { testCheck, verdictOf } from "../../../support/check.js";

const site = "/etc/nodeward/apparmor";

for (const check of shippedProfileChecks) {
  const name = check.id.slice("apparmor.profiles.".length);
  const path = `${policyFolder}/${name}`;
  const mode = modeOf(name);
  testCheck(check, {
    passes: [
      { name: "as shipped, and loaded", files: installed() },
      { name: "an image", files: { [path]: shipped(name) } },
    ],
    fails: [
      {
        name: "not installed",
        files: node([]),
        says: "is not installed",
        at: [path],
        fixed: { [path]: shipped(name) },
      },
      {
        name: "an image without it",
        files: { [policyFolder]: { kind: "directory" }, "/sbin/apparmor_parser": "" },
        fixed: { [path]: shipped(name) },
      },
      {
        name: "another text",
        files: installed({ [path]: `${shipped(name)}# more\n` }),
        says: "is not the one shipped with nodeward",
        fixed: { [path]: shipped(name) },
      },
      {
        name: "not in the kernel",
        files: installed({ [listFile]: "" }),
        says: "is not in the kernel",
      },
      {
        name: "in another mode",
        files: installed({ [listFile]: `${name} (${mode === "enforce" ? "complain" : "enforce"})\n` }),
        says: `, not ${mode}`,
        at: [path, `${listFile}:1`],
      },
      {
        name: "disabled",
        files: installed({ [`${policyFolder}/disable/${name}`]: { link: path } }),
        says: "keeps",
        fixed: { [`${policyFolder}/disable/${name}`]: undefined },
      },
      {
        name: "forced to complain",
        files: installed({ [`${policyFolder}/force-complain/${name}`]: { link: path } }),
        says: "complain instead of enforcing",
        fixed: { [`${policyFolder}/force-complain/${name}`]: undefined },
      },
      {
        name: "writable",
        files: installed({ [path]: { text: shipped(name), mode: 0o666 } }),
        fixed: { [path]: "0644" },
      },
      {
        name: "nothing to check it with",
        files: installed({ [listFile]: "", "/usr/sbin/apparmor_parser": { kind: "directory" } }),
      },
    ],
    errors: [
      { name: "unreadable", files: installed({ [path]: { text: "", error: "denied" } }) },
      { name: "a kernel that does not tell", files: installed({ [listFile]: { error: "denied" } }) },
    ],
    notApplicable: [
      {
        name: "AppArmor is off",
        files: installed({
          "/sys/module/apparmor/parameters/enabled": "N\n",
          "/sys/module": { kind: "directory" },
        }),
        says: "AppArmor is off",
      },
    ],
    hides: [policyFolder],
  });
}

const restricted = shippedProfileChecks.find(({ id }) => id.endsWith("nodeward-restricted"));
const kept = "/sys/kernel/security/apparmor/policy/profiles/nodeward-restricted.7";
const bytes = "\u0004\u0008\u0000version\u0000\u00ff";

function inKernel(hash: "sha1" | "sha256", text: string): MemoryFiles {
  return installed({
    [`${kept}/name`]: "nodeward-restricted\n",
    [`${kept}/attach`]: "<unknown>\n",
    [`${kept}/raw_${hash}`]: `${createHash(hash).update(Buffer.from(text, "latin1")).digest("hex")}\n`,
  });
}

const compiles: MemoryOptions = {
  live: true,
  runs: {
    "apparmor-compiled /etc/apparmor.d/nodeward-restricted": {
      state: "ok",
      code: 0,
      stdout: bytes,
      stderr: "",
    },
  },
};

for (const hash of ["sha1", "sha256"] as const)
  test(`what the kernel was given is compared with what the file says (${hash})`, async () => {
    if (restricted === undefined) throw new Error("no check");
    const same = await verdictOf(restricted, { files: inKernel(hash, bytes), host: compiles });
    assert.equal("problems" in same && same.problems, []);
    const other = await verdictOf(restricted, { files: inKernel(hash, "weak"), host: compiles });
    assert.match(
      "problems" in other ? (other.problems[0]?.message ?? "") : "",
      /the kernel holds something else/,
    );
    const broken = await verdictOf(restricted, {
      files: inKernel(hash, bytes),
      host: {
        live: true,
        runs: {
          "apparmor-compiled /etc/apparmor.d/nodeward-restricted": {
            state: "ok",
            code: 1,
            stdout: "",
            stderr: "syntax error\nx",
          },
        },
      },
    });
    assert.match(
      "unknowns" in broken ? (broken.unknowns?.join() ?? "") : "",
      /does not compile it: syntax error$/,
    );
  });

const own = "profile web { /srv/** r, }\n";
testCheck(siteProfiles, {
  passes: [
    {
      name: "in place, and loaded",
      files: node(["web (enforce)"], {
        [`${site}/web`]: own,
        [`${policyFolder}/web`]: own,
        [`${site}/README.md`]: "x",
      }),
    },
  ],
  fails: [
    {
      name: "missing",
      files: node([], { [`${site}/web`]: own }),
      fixed: { [`${policyFolder}/web`]: own },
    },
    {
      name: "somebody else could change it",
      files: node([], { [`${site}/web`]: { text: own, mode: 0o666 } }),
      says: "is not trusted",
    },
    {
      name: "one of several is not loaded",
      files: node(["web (enforce)"], {
        [`${site}/two`]: `${own}profile db {}\n`,
        [`${policyFolder}/two`]: `${own}profile db {}\n`,
      }),
      says: "the profile db is not in the kernel",
    },
  ],
  errors: [{ name: "cannot be listed", files: node([], { [site]: { kind: "directory", error: "denied" } }) }],
  notApplicable: [{ name: "none", files: installed() }],
});

test.run();
