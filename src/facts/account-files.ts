// What the account files hold beside users and groups that count: group passwords, and lines that only some readers skip.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { commentedUsers, type GroupShadowEntry, parseGshadow, type UserEntry } from "../formats/passwd.js";
import type { FactSource } from "./source.js";

export type { GroupShadowEntry } from "../formats/passwd.js";

export interface AccountFiles {
  /** Users behind a `#`: glibc skips such lines, musl and scripts do not. */
  readonly commented: readonly UserEntry[];
  /** Known only to root. */
  readonly gshadow: Fact<readonly GroupShadowEntry[]>;
}

export const accountFiles: FactSource<AccountFiles> = {
  title: "group passwords and commented-out users (/etc/gshadow, /etc/passwd)",
  async gather(host) {
    const [passwd, gshadow] = await Promise.all([host.read("/etc/passwd"), host.read("/etc/gshadow")]);
    if (passwd.state === "absent") return absent(passwd.reason);
    if (passwd.state !== "ok") return failed(passwd.reason);
    return known({
      commented: commentedUsers(passwd.path, passwd.text),
      gshadow:
        gshadow.state === "ok"
          ? known(parseGshadow(gshadow.path, gshadow.text))
          : gshadow.state === "absent"
            ? absent(gshadow.reason)
            : failed(gshadow.reason),
    });
  },
};
