// Known flaws of sudo by which a local user becomes root: releases that have them, and the packages that mended them.

export interface SudoFlaw {
  readonly id: string;
  readonly what: string;
  /** First release with the flaw, and the first without it again. */
  readonly from: string;
  readonly mended: string;
  /** `debian 12` -> the package version with the correction taken back; from the distributions' changelogs and advisories. */
  readonly packages: Readonly<Record<string, string>>;
}

export const sudoFlaws: readonly SudoFlaw[] = [
  {
    id: "CVE-2019-14287",
    what: "a user whom a rule allows every target but root is root with `-u#-1`",
    from: "1.8.0",
    mended: "1.8.28",
    packages: { "debian 10": "1.8.27-1+deb10u1", "rhel 7": "1.8.23-4.el7_7.1", "rhel 8": "1.8.25p1-8.el8_1" },
  },
  {
    id: "CVE-2021-3156",
    what: "every local user is root by a heap overflow in the reading of arguments",
    from: "1.8.2",
    mended: "1.9.5p2",
    packages: {
      "debian 10": "1.8.27-1+deb10u3",
      "ubuntu 18.04": "1.8.21p2-3ubuntu1.4",
      "ubuntu 20.04": "1.8.31-1ubuntu1.2",
      "rhel 7": "1.8.23-10.el7_9.1",
      "rhel 8": "1.8.29-6.el8_3.1",
    },
  },
  {
    id: "CVE-2023-22809",
    what: "a user with a rule for sudoedit can edit any file",
    from: "1.8.0",
    mended: "1.9.12p2",
    packages: {
      "debian 11": "1.9.5p2-3+deb11u1",
      "ubuntu 18.04": "1.8.21p2-3ubuntu1.5",
      "ubuntu 20.04": "1.8.31-1ubuntu1.4",
      "ubuntu 22.04": "1.9.9-1ubuntu2.2",
      "rhel 8": "1.8.29-8.el8_7.1",
      "rhel 9": "1.9.5p2-7.el9_1.1",
    },
  },
  {
    id: "CVE-2025-32462",
    what: "a rule for another host holds here, by the host option",
    from: "1.8.8",
    mended: "1.9.17p1",
    packages: {
      "debian 11": "1.9.5p2-3+deb11u2",
      "debian 12": "1.9.13p3-1+deb12u2",
      "debian 13": "1.9.16p2-3",
      "ubuntu 22.04": "1.9.9-1ubuntu2.5",
      "ubuntu 24.04": "1.9.15p5-3ubuntu5.24.04.1",
      "ubuntu 25.04": "1.9.16p2-1ubuntu1.1",
      "rhel 8": "1.9.5p2-1.el8_10.1",
      "rhel 9": "1.9.5p2-10.el9_6.1",
      "rhel 10": "1.9.15-8.p5.el10_0.2",
    },
  },
  {
    id: "CVE-2025-32463",
    what: "every local user is root by the chroot option",
    from: "1.9.14",
    mended: "1.9.17p1",
    packages: {
      "debian 13": "1.9.16p2-3",
      "ubuntu 24.04": "1.9.15p5-3ubuntu5.24.04.1",
      "ubuntu 25.04": "1.9.16p2-1ubuntu1.1",
      "rhel 10": "1.9.15-8.p5.el10_0.2",
    },
  },
];

/** Of the one written in Rust, whose releases count by themselves. */
export const sudoRsFlaws: readonly SudoFlaw[] = [
  {
    id: "CVE-2025-46717",
    what: "a user without rights learns which files there are, and whose rules",
    from: "0.0.0",
    mended: "0.2.6",
    packages: {},
  },
  {
    id: "CVE-2025-64517",
    what: "with targetpw or rootpw a remembered password opens more than it was given for",
    from: "0.2.5",
    mended: "0.2.10",
    packages: { "ubuntu 25.10": "0.2.8-1ubuntu5.2" },
  },
];
