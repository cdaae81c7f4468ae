// Small account databases for tests: a root, a service, a person, and files made from lines.
import type { MemoryFiles, MemoryNode } from "../../src/host/memory.js";

export const passwdFile = "/etc/passwd";
export const groupFile = "/etc/group";
export const shadowFile = "/etc/shadow";
export const gshadowFile = "/etc/gshadow";
export const loginDefsFile = "/etc/login.defs";

export const rootUser = "root:x:0:0:root:/root:/bin/bash";
export const daemonUser = "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin";
export const aliceUser = "alice:x:1000:1000:,,,:/home/alice:/bin/bash";

export interface AccountLines {
  readonly passwd?: readonly string[];
  readonly group?: readonly string[];
  readonly shadow?: readonly string[];
  readonly gshadow?: readonly string[];
  readonly loginDefs?: string;
  readonly more?: MemoryFiles;
}

function file(lines: readonly string[], mode: number): MemoryNode {
  return { text: lines.map((line) => `${line}\n`).join(""), mode };
}

/** A node with these lines; what is not said is ordinary. */
export function accountNode({
  passwd = [rootUser, daemonUser, aliceUser],
  group = ["root:x:0:", "daemon:x:1:", "alice:x:1000:"],
  shadow = [
    "root:*:20000:0:99999:7:::",
    "daemon:*:20000:0:99999:7:::",
    "alice:$y$j9T$s$h:20000:1:365:7:30::",
  ],
  gshadow = ["root:*::", "alice:!::"],
  loginDefs = "UID_MIN 1000\nENCRYPT_METHOD YESCRYPT\nUMASK 027\n",
  more = {},
}: AccountLines = {}): MemoryFiles {
  return {
    [passwdFile]: file(passwd, 0o644),
    [groupFile]: file(group, 0o644),
    [shadowFile]: file(shadow, 0o640),
    [gshadowFile]: file(gshadow, 0o640),
    [loginDefsFile]: { text: loginDefs, mode: 0o644 },
    ...more,
  };
}
