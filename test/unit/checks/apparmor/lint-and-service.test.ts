// apparmor.lint and apparmor.service: what a policy file says, and whether the kernel has it.
import { test } from "uvu";
import lint from "../../../../src/checks/apparmor/lint.js";
import service from "../../../../src/checks/apparmor/service.js";
import { installed, listFile, node, policyFolder, shipped } from "../../../support/apparmor-node.js";
import { testCheck } from "../../../support/check.js";

const web = `${policyFolder}/web`;
const sound = "abi <abi/3.0>,\nprofile web /usr/bin/web {\n  /usr/bin/web mr,\n  /srv/** r,\n}\n";
const dpkg = {
  "/var/lib/dpkg/status":
    "Package: apparmor\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.8-3\n",
  "/var/lib/dpkg/info/apparmor.list": `/.\n${policyFolder}/man\n${policyFolder}/runtime\n`,
};
const weak = "abi <abi/3.0>,\nprofile man flags=(complain) {\n  file,\n}\n";

testCheck(lint, {
  passes: [
    { name: "a sound one", files: node([], { [web]: sound }) },
    { name: "ours are as they are on purpose", files: installed() },
    { name: "a package's are its own", files: node([], { ...dpkg, [`${policyFolder}/man`]: weak }) },
    { name: "disabled", files: node([], { [web]: weak, [`${policyFolder}/disable/web`]: { link: web } }) },
    { name: "named by the site", files: node([], { [web]: weak }), params: { allow: ["web"] } },
  ],
  fails: [
    {
      name: "too wide",
      files: node([], { [web]: weak }),
      at: [`${web}:3`],
      says: /web:3: file: every file can be written and started/,
    },
    {
      name: "ours, changed",
      files: installed({
        [`${policyFolder}/nodeward-restricted`]: shipped("nodeward-restricted").replace(
          "  unix,",
          "  mount,",
        ),
      }),
      says: /mount: mounts anything anywhere/,
    },
    {
      name: "two for one program",
      files: node([], {
        [web]: sound,
        [`${policyFolder}/other`]: sound.replace("profile web", "profile other"),
      }),
      says: /other and web are both for \/usr\/bin\/web/,
    },
    {
      name: "in the place of the runtime's default",
      files: node([], {
        ...dpkg,
        [`${policyFolder}/runtime`]: "abi <abi/3.0>,\nprofile cri-containerd.apparmor.d {\n  all,\n}\n",
      }),
      says: /all: allows everything/,
    },
    {
      name: "what this node's parser refuses",
      files: node([], { ...dpkg, [web]: sound.replace("/srv/** r,", "userns,") }),
      says: /apparmor_parser 3\.0\.8-3 knows no rule userns/,
    },
    {
      name: "a capability that is none",
      files: node([], { [web]: sound.replace("/srv/** r,", "capability net,") }),
      at: [`${web}:4`],
    },
    {
      name: "more than are named",
      files: node([], { [web]: sound.replace("/srv/** r,", "capability a b c d e f g h i j,") }),
      says: /web: 2 more faults/,
    },
  ],
  errors: [
    { name: "unreadable", files: node([], { [web]: { text: "", error: "denied" } }) },
    {
      name: "whose they are cannot be told",
      files: node([], { ...dpkg, [web]: sound, "/var/lib/dpkg/info/apparmor.list": { error: "denied" } }),
    },
  ],
  notApplicable: [{ name: "no policy", files: {} }],
  hides: [policyFolder],
});

testCheck(service, {
  passes: [
    { name: "all there", files: node(["web (enforce)"], { [web]: sound }) },
    { name: "disabled", files: node([], { [web]: sound, [`${policyFolder}/disable/web`]: { link: web } }) },
    { name: "named by a variable", files: node([], { [web]: "@{bin}/x {\n}\n" }) },
  ],
  fails: [
    {
      name: "one of two in a file",
      files: node(["web (enforce)"], { [web]: `${sound}profile two {\n  profile child {\n  }\n}\n` }),
      at: [`${web}:6`],
      says: /web: not in the kernel: two/,
    },
    { name: "none", files: installed({ [listFile]: "" }) },
  ],
  errors: [
    { name: "unreadable", files: node([], { [web]: { text: "", error: "denied" } }) },
    { name: "a kernel that does not tell", files: installed({ [listFile]: { error: "denied" } }) },
  ],
  notApplicable: [{ name: "an image", files: { [web]: sound } }],
  hides: [policyFolder],
});

test.run();
