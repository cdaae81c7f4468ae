// patches.automatic: unattended-upgrades by its merged configuration and timers, dnf-automatic by its own.
import { test } from "uvu";
import check from "../../../../src/checks/patches/automatic.js";
import { debian, dpkg } from "../../../support/apt-node.js";
import { testCheck } from "../../../support/check.js";
import { enabled, installed, masked } from "../../../support/service-tree.js";

const folder = "/etc/apt/apt.conf.d";
const auto = `${folder}/20auto-upgrades`;
const main = `${folder}/50unattended-upgrades`;
const own = `${folder}/zz-nodeward`;
const tool = { name: "unattended-upgrades", version: "2.9.1" };
const periodic = 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n';
const origins =
  'Unattended-Upgrade::Origins-Pattern {\n  "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";\n};\n';
const timers = enabled("apt-daily.timer", "apt-daily-upgrade.timer");
const base = { ...debian, ...timers, ...dpkg(tool) };
const on = { ...base, [auto]: periodic, [main]: origins };
const written = (...lines: readonly string[]) =>
  `// Written by nodeward: see apt.conf(5).\n${lines.map((line) => `${line}\n`).join("")}`;
const kubelet = dpkg(
  tool,
  { name: "kubelet", version: "1.34.1-1.1" },
  { name: "containerd.io", version: "1.7.28-1" },
);
const heldNodes = dpkg(tool, { name: "kubelet", version: "1.34.1-1.1", want: "hold" });

const rhel = { "/var/lib/rpm/rpmdb.sqlite": "x", "/etc/os-release": 'ID=rocky\nID_LIKE="rhel"\n' };
const rpm = (...names: readonly string[]) => ({
  live: true,
  runs: {
    "rpm-packages": {
      state: "ok" as const,
      code: 0,
      stdout: ["bash", ...names].map((name) => `${name}\t(none):1-1\tx86_64\tx-1-1.src.rpm\n`).join(""),
      stderr: "",
    },
  },
});
const conf = "/etc/dnf/automatic.conf";
const dnf = {
  ...rhel,
  ...enabled("dnf-automatic.timer"),
  [conf]: "[commands]\nupgrade_type = security\napply_updates = yes\n",
};

testCheck(check, {
  passes: [
    { name: "on", files: on },
    {
      name: "Ubuntu's own file",
      files: {
        ...base,
        "/etc/os-release": "ID=ubuntu\nVERSION_CODENAME=noble\n",
        [auto]: periodic,
        [main]:
          'Unattended-Upgrade::Allowed-Origins {\n\t"${distro_id}:${distro_codename}";\n\t"${distro_id}:${distro_codename}-security";\n};\n',
      },
    },
    { name: "held", files: { ...on, ...heldNodes } },
    {
      name: "excluded by name",
      files: {
        ...on,
        ...kubelet,
        [own]: 'Unattended-Upgrade::Package-Blacklist { "kube"; "^containerd\\.io$"; };\n',
      },
    },
    { name: "the site holds other packages", files: { ...on, ...kubelet }, params: { held: [] } },
    {
      name: "always, in another case",
      files: {
        ...base,
        [main]: origins,
        [auto]: 'apt::periodic { update-package-lists "always"; unattended-upgrade "7d"; };',
      },
    },
    { name: "dnf", files: dnf, host: rpm("dnf-automatic") },
    {
      name: "dnf's timer that always installs",
      files: {
        ...rhel,
        ...enabled("dnf-automatic-install.timer"),
        [conf]: "[commands]\napply_updates = no\n",
      },
      host: rpm("dnf-automatic"),
    },
  ],
  fails: [
    {
      name: "not installed",
      files: { ...debian, ...dpkg() },
      at: ["/var/lib/dpkg/status"],
      says: "unattended-upgrades is not installed",
    },
    {
      name: "off in a later file",
      files: {
        ...on,
        "/etc/apt/apt.conf.d/99local": '// no\nAPT::Periodic::Unattended-Upgrade "0"; // never\n',
      },
      says: "APT::Periodic::Unattended-Upgrade is 0 (/etc/apt/apt.conf.d/99local:2)",
      fixed: { "/etc/apt/apt.conf.d/99local": '// no\nAPT::Periodic::Unattended-Upgrade "1"; // never\n' },
    },
    {
      name: "nothing is set",
      files: base,
      says: /lists are not fetched.*upgrades are not installed.*no pattern/,
      fixed: {
        [own]: written(
          'APT::Periodic::Update-Package-Lists "1";',
          'APT::Periodic::Unattended-Upgrade "1";',
          'Unattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";',
        ),
      },
    },
    {
      name: "our own file is added to",
      files: { ...on, [main]: "", [own]: "// x" },
      fixed: {
        [own]:
          '// x\nUnattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";\n',
      },
    },
    {
      name: "another release's security",
      files: {
        ...on,
        [main]: 'Unattended-Upgrade::Origins-Pattern { "origin=Debian,codename=bullseye-security"; };',
      },
      says: /no pattern/,
    },
    {
      name: "cleared again",
      files: { ...on, "/etc/apt/apt.conf": "#clear Unattended-Upgrade::Origins-Pattern;\n" },
      says: /no pattern/,
      fixed: {
        "/etc/apt/apt.conf":
          '#clear Unattended-Upgrade::Origins-Pattern;\nUnattended-Upgrade::Origins-Pattern:: "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";\n',
      },
    },
    {
      name: "a pattern that ends the program",
      files: { ...on, [own]: 'Unattended-Upgrade::Origins-Pattern:: "distro=Debian";\n' },
      says: /fails on distro=Debian .*matcher distro is not known/,
    },
    {
      name: "everything is excluded",
      files: { ...on, [own]: 'Unattended-Upgrade::Package-Blacklist:: ".*";\n' },
      says: "nothing is upgraded",
    },
    {
      name: "only some packages",
      files: { ...on, [own]: 'Unattended-Upgrade::Package-Whitelist:: "bash";\n' },
      says: "only some packages",
    },
    {
      name: "kubelet and runtime are loose",
      files: { ...on, ...kubelet },
      says: "kubelet, containerd.io are upgraded like any package",
      fixed: {
        [own]: written(
          'Unattended-Upgrade::Package-Blacklist:: "^kubelet$";',
          'Unattended-Upgrade::Package-Blacklist:: "^containerd\\.io$";',
        ),
      },
    },
    {
      name: "periodic work is off",
      files: { ...on, [own]: 'APT::Periodic::Enable "0";\n' },
      says: "apt's periodic work is off",
      fixed: { [own]: 'APT::Periodic::Enable "1";\n' },
    },
    {
      name: "a timer is disabled",
      files: {
        ...debian,
        ...dpkg(tool),
        [auto]: periodic,
        [main]: origins,
        ...enabled("apt-daily.timer"),
        ...installed("apt-daily-upgrade.timer"),
      },
      says: "apt-daily-upgrade.timer is disabled",
    },
    {
      name: "a timer is masked",
      files: { ...on, ...masked("apt-daily.timer") },
      says: "apt-daily.timer is masked",
    },
    { name: "apt refuses its configuration", files: { ...on, [own]: "APT" }, says: /apt refuses to work/ },
    {
      name: "dnf-automatic is not installed",
      files: rhel,
      host: rpm(),
      says: "dnf-automatic is not installed",
    },
    {
      name: "dnf only announces",
      files: { ...dnf, [conf]: "# x\n[commands]\napply_updates=no\n" },
      host: rpm("dnf-automatic"),
      at: [`${conf}:3`, "/etc/systemd/system/multi-user.target.wants/dnf-automatic.timer"],
      says: `apply_updates is no (${conf}:3)`,
      fixed: { [conf]: "# x\n[commands]\napply_updates=yes\n" },
    },
    {
      name: "dnf without a timer",
      files: { ...rhel, [conf]: "[commands]\napply_updates=yes\n" },
      host: rpm("dnf-automatic"),
      says: "no timer",
    },
  ],
  errors: [
    { name: "a file of apt.conf.d cannot be read", files: { ...on, [own]: { error: "denied" } } },
    { name: "the folder cannot be read", files: { ...on, [folder]: { kind: "directory", error: "denied" } } },
    {
      name: "dnf's file cannot be read",
      files: { ...dnf, [conf]: { error: "failed" } },
      host: rpm("dnf-automatic"),
    },
  ],
  notApplicable: [{ name: "no package manager", files: { "/etc/os-release": "ID=flatcar\n" } }],
});

test.run();
