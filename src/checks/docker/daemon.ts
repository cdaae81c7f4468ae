// Whether dockerd starts with what it is given, and who can use or change it.
import { notApplicable } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

export const daemonJsonValid = defineCheck({
  id: "docker.daemon-json-valid",
  title: "The Docker daemon can read its configuration",
  why: "A daemon that does not start after the next reboot takes every container with it.",
  remedy: "Correct the line named; `dockerd --validate` tells whether it is accepted.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["docker"],
  params: {},
  evaluate: ({ docker }) => {
    const problems = docker.problems.filter(({ message }) => !message.includes(" and as --"));
    if (docker.configStat === undefined && docker.unread.length === 0 && problems.length === 0)
      return notApplicable(`${docker.configFile} is not there: dockerd uses its defaults`);
    return {
      expected: "a JSON object",
      actual: problems.length === 0 ? `${docker.file.size} keys` : "not accepted",
      evidence: problems.length === 0 ? [wholeFile(docker.configFile)] : problems.map(({ source }) => source),
      problems: problems.map(({ message }) => ({ message })),
      unknowns: docker.unread,
    };
  },
});

export const flagFileConflict = defineCheck({
  id: "docker.flag-file-conflict",
  title: "No setting of the Docker daemon is given twice",
  why: "dockerd refuses to start when daemon.json and a flag give the same setting, even with the same value.",
  remedy: "Keep the setting in daemon.json and take the flag out of the unit with a drop-in.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["docker"],
  params: {},
  evaluate: ({ docker }) => {
    const problems = docker.problems.filter(({ message }) => message.includes(" and as --"));
    return {
      expected: "each setting in one place",
      actual: problems.length === 0 ? "no setting twice" : `${problems.length} settings twice`,
      evidence: problems.map(({ source }) => source),
      problems: problems.map(({ message }) => ({ message })),
      unknowns: docker.unread,
    };
  },
});

export const socketPermissions = defineCheck({
  id: "docker.socket-permissions",
  title: "Docker's socket is root's and its group's alone",
  why: "Whoever can write to the socket is root on this machine.",
  remedy: "chown root:docker and chmod 660 on /run/docker.sock; set SocketMode=0660 in docker.socket.",
  severity: "critical",
  risk: "none",
  fixable: true,
  breaks: "An account outside the group docker that used the socket cannot do so any more.",
  needs: ["docker", "accounts"],
  params: {},
  evaluate: ({ docker, accounts }) => {
    if (docker.sockets.length === 0 && docker.unread.length === 0)
      return notApplicable("Docker's socket is not there: the daemon does not run");
    const problems = docker.sockets.flatMap(({ path, stat }) => {
      const group = accounts.groupName(stat.gid);
      const loose = (stat.mode & 0o117) !== 0;
      const foreign = stat.uid !== 0 || (stat.gid !== 0 && group !== "docker");
      if (!loose && !foreign) return [];
      const owner = foreign ? "root:root" : `${stat.uid}:${stat.gid}`;
      const fix = [{ kind: "chmod" as const, file: stat.realPath, mode: stat.mode & 0o660, owner }];
      return [
        {
          message: `${path} has mode ${octal(stat.mode)} and belongs to ${accounts.userName(stat.uid)}:${group}`,
          fix,
        },
      ];
    });
    return {
      expected: "0660 or less, root:docker or root:root",
      actual: docker.sockets
        .map(
          ({ stat }) => `${octal(stat.mode)} ${accounts.userName(stat.uid)}:${accounts.groupName(stat.gid)}`,
        )
        .join(", "),
      evidence: docker.sockets.map(({ path, stat }) => wholeFile(path, `mode ${octal(stat.mode)}`)),
      problems,
      unknowns: docker.unread,
    };
  },
});

export const groupMembers = defineCheck({
  id: "docker.group-members",
  title: "Nobody is in the group docker who is not meant to be root",
  why: "A member of the group starts a container with the node's file system in it and is root.",
  remedy:
    "Take accounts out with `gpasswd -d NAME docker`, or name those who belong there in the parameter expected.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["docker", "accounts"],
  params: { expected: words([], "a list of account names") },
  evaluate: ({ docker, accounts }, { expected }) => {
    const found = docker.groups.flatMap((name) => accounts.group(name) ?? []);
    if (found.length === 0 && docker.unread.length === 0)
      return notApplicable(`there is no group ${docker.groups.join(" nor ")}`);
    const members = found.flatMap(({ name }) =>
      accounts.membersOf(name).flatMap((member) => (member === "root" ? [] : [{ member, group: name }])),
    );
    const extra = members.filter(({ member }) => !expected.includes(member));
    return {
      expected: expected.length === 0 ? "no member" : expected.join(", "),
      actual: members.map(({ member }) => member).join(", ") || "no member",
      evidence: found.map(({ source }) => source),
      problems: extra.map(({ member, group }) => ({
        message: `${member} is in the group ${group} and so root`,
      })),
      unknowns: docker.unread,
    };
  },
});

export const configFile = defineCheck({
  id: "docker.files.daemon-json",
  title: "The Docker daemon's configuration is root's alone to change",
  why: "Who writes the configuration can make the daemon serve its API to everybody.",
  remedy: "chown root:root and chmod 644 on the file.",
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["docker", "accounts"],
  params: {},
  evaluate: ({ docker, accounts }) => {
    const stat = docker.configStat;
    if (stat === undefined) return notApplicable(`${docker.configFile} is not there`);
    const bad = stat.uid !== 0 || (stat.mode & 0o133) !== 0;
    const fix = [
      { kind: "chmod" as const, file: stat.realPath, mode: stat.mode & 0o644, owner: "root:root" },
    ];
    const shown = `mode ${octal(stat.mode)}, owner ${accounts.userName(stat.uid)}`;
    return {
      expected: "0644 or less, owned by root",
      actual: shown,
      evidence: [wholeFile(docker.configFile, shown)],
      problems: bad ? [{ message: `${docker.configFile} has ${shown}`, fix }] : [],
      unknowns: docker.unread,
    };
  },
});
