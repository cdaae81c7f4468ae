// The checks `packages.unneeded.<name>`: programs that a node has no use for are not installed. Services: services.unneeded.*.
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import type { Package, Packages } from "../../facts/packages.js";
import { type Check, defineCheck } from "../define.js";

interface Row {
  readonly name: string;
  readonly what: string;
  readonly why: string;
  /** Matches the whole name of a package, of Debian's family or Red Hat's. */
  readonly packages: RegExp;
}

const clear = "It sends what is typed, passwords too, in clear text, and tempts to do so.";

const rows: readonly Row[] = [
  {
    name: "nis",
    what: "the NIS client",
    packages: /^(?:nis|yp-tools|ypbind(?:-mt)?)$/,
    why: "NIS hands out accounts to whoever answers first.",
  },
  {
    name: "rsh-client",
    what: "the clients of rsh, rlogin and rcp",
    packages: /^(?:rsh|rsh-client|rsh-redone-client)$/,
    why: clear,
  },
  { name: "talk", what: "the talk client", packages: /^(?:talk|inetutils-talk|ytalk)$/, why: clear },
  {
    name: "telnet",
    what: "the telnet client",
    packages: /^(?:telnet|telnet-ssl|inetutils-telnet)$/,
    why: clear,
  },
  {
    name: "ldap-utils",
    what: "the LDAP clients",
    packages: /^(?:ldap-utils|openldap-clients)$/,
    why: "Tools to search directories serve an intruder more than a node.",
  },
  { name: "ftp", what: "FTP clients", packages: /^(?:ftp|ftp-ssl|tnftp|inetutils-ftp|ncftp)$/, why: clear },
  {
    name: "tftp",
    what: "TFTP clients",
    packages: /^(?:tftp|tftp-hpa|atftp)$/,
    why: "It fetches files without authentication, the way many intrusions bring their tools.",
  },
  {
    name: "prelink",
    what: "prelink",
    packages: /^prelink$/,
    why: "It rewrites programs in place: their checksums no longer match, and addresses are no longer random.",
  },
  {
    name: "x11",
    what: "an X server",
    packages:
      /^(?:xserver-xorg-core|xserver-common|xwayland|gdm3?|lightdm|sddm|xorg-x11-server-(?:common|Xorg|Xwayland))$/,
    why: "A graphical desktop is much code with much privilege that a node has no use for.",
  },
  {
    name: "setroubleshoot",
    what: "setroubleshoot",
    packages: /^setroubleshoot(?:-(?:server|plugins))?$/,
    why: "It explains denials of SELinux to a desktop, by a service that runs for everybody.",
  },
  {
    name: "compilers",
    what: "compilers",
    packages:
      /^(?:build-essential|gcc|g\+\+|gcc-c\+\+|clang|tcc|gfortran|golang-go|golang|rustc|rust|mono-devel)(?:-\d+(?:\.\d+)?)?$/,
    why: "With a compiler on the node an intruder builds exploits for its very kernel.",
  },
];

const databases = { dpkg: "/var/lib/dpkg/status", rpm: "the rpm database" } as const;

function shown({ name, version }: Package): string {
  return `${name} ${version}`;
}

function judge({ what, packages }: Row, { manager, all }: Packages, allow: readonly string[]) {
  const found = all.filter(({ name }) => packages.exec(name)?.[0] === name && !allow.includes(name));
  return {
    expected: "not installed",
    actual: found.length === 0 ? "not installed" : listing(found.map(shown)),
    evidence: found.map((one) => wholeFile(databases[manager], shown(one))),
    problems: found.map((one) => ({ message: `${what}: the package ${printable(shown(one))} is installed` })),
  };
}

function packageCheck(row: Row): Check {
  return defineCheck({
    id: `packages.unneeded.${row.name}`,
    title: `${row.what.charAt(0).toUpperCase()}${row.what.slice(1)} ${/s$/.test(row.what) ? "are" : "is"} not installed`,
    why: row.why,
    remedy:
      "Remove the packages named (`apt-get purge NAME`, `dnf remove NAME`), or name those that the node needs in the parameter `allow`.",
    severity: "low",
    risk: "none",
    fixable: false,
    needs: ["packages"],
    params: { allow: words([], "a list of package names") },
    evaluate: ({ packages }, { allow }) => judge(row, packages, allow),
  });
}

export const unneeded: readonly Check[] = rows.map(packageCheck);
