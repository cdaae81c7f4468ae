// logs.permissions, logs.kubernetes: who reads and writes what lies below /var/log.
import { test } from "uvu";
import kubernetes from "../../../../src/checks/logs/kubernetes.js";
import permissions from "../../../../src/checks/logs/permissions.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { accountNode } from "../../../support/account-files.js";
import { testCheck } from "../../../support/check.js";

const log = (mode: number, uid = 0, gid = 4) => ({ text: "x", mode, uid, gid });
const folder = (mode: number, uid = 0, gid = 0) => ({ kind: "directory" as const, mode, uid, gid });
const node = (more: MemoryFiles): MemoryFiles =>
  accountNode({
    group: ["root:x:0:", "adm:x:4:", "utmp:x:43:", "alice:x:1000:"],
    more: { "/var": folder(0o755), "/var/log": folder(0o755), "/var/log/syslog": log(0o640), ...more },
  });

testCheck(permissions, {
  passes: [
    {
      name: "as distributions make them",
      files: node({
        "/var/log/wtmp": log(0o664, 0, 43),
        "/var/log/btmp": log(0o660, 0, 43),
        "/var/log/dpkg.log.1": log(0o644),
        "/var/log/apt/history.log": log(0o644),
        "/var/log/journal/1/system.journal": log(0o640),
        "/var/log/private": folder(0o700),
        "/var/log/private/x/y.log": log(0o644, 61_500, 61_500),
        "/var/log/postgresql": folder(0o1777),
      }),
    },
    {
      name: "what nobody can come to",
      files: node({ "/var/log/private": folder(0o700), "/var/log/private/x": log(0o666) }),
    },
    { name: "of containers, of the audit daemon", files: node({ "/var/log/pods/x/0.log": log(0o644) }) },
    {
      name: "by agreement",
      files: node({ "/var/log/calico/cni.log": log(0o644), "/var/log/app.log": log(0o644) }),
      params: { allow: ["/var/log/calico/"], mode: "0644" },
    },
    {
      name: "a link is not followed",
      files: node({ "/etc/x": log(0o644), "/var/log/x": { link: "/etc/x" } }),
    },
  ],
  fails: [
    {
      name: "read by everybody, written by everybody",
      files: node({
        "/var/log/auth.log": log(0o644),
        "/var/log/btmp": log(0o664, 0, 43),
        "/var/log/open": folder(0o777),
      }),
      at: ["/var/log/auth.log", "/var/log/btmp", "/var/log/open"],
      says: /auth\.log has mode 0644, more than 0640; .*btmp has mode 0664, more than 0660; .*open has mode 0777, more than 0775/,
      fixed: { "/var/log/auth.log": "0640", "/var/log/btmp": "0660", "/var/log/open": "0775" },
    },
    {
      name: "a person's",
      files: node({ "/var/log/app/a.log": log(0o640, 1000, 1000) }),
      at: ["/var/log/app/a.log"],
      says: "a.log belongs to user alice and is open to group alice",
    },
  ],
  errors: [
    { name: "may not be entered", files: node({ "/var/log/x": { kind: "directory", error: "denied" } }) },
  ],
  hides: ["/var/log"],
});

const pods = "/var/log/pods";
testCheck(kubernetes, {
  passes: [{ name: "root's alone", files: { [pods]: folder(0o750), "/var/log/containers": folder(0o700) } }],
  fails: [
    {
      name: "as the kubelet made them",
      files: { [pods]: folder(0o755), "/var/log/containers": folder(0o755) },
      at: [pods, "/var/log/containers"],
      says: /pods has mode 0755, more than 0750/,
      fixed: { [pods]: "0750", "/var/log/containers": "0750" },
    },
    { name: "another's", files: { [pods]: folder(0o700, 1000) }, says: /belongs to user 1000/ },
  ],
  errors: [
    {
      name: "may not be looked at",
      files: { "/var/log": { kind: "directory", error: "denied" }, [pods]: folder(0o700) },
    },
  ],
  hides: ["/var/log"],
});

test.run();
