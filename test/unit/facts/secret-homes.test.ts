// Homes in which secrets are looked for: of people and services, each once, none that is the system's.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { secretHomes } from "../../../src/facts/secret-homes.js";
import { memoryHost } from "../../../src/host/memory.js";
import { accountNode } from "../../support/account-files.js";

test("whose home is looked into", async () => {
  const host = memoryHost(
    accountNode({
      passwd: [
        "root:x:0:0::/root:/bin/sh",
        "bin:x:2:2::/bin:/usr/sbin/nologin",
        "ci:x:990:990::/var/lib/ci:/usr/sbin/nologin",
        "alice:x:1000:1000::/home/alice/:/bin/sh",
        "again:x:1001:1001::/home/../home/alice:/bin/sh",
        "slash:x:1002:1002:://:/bin/sh",
        "gone:x:1003:1003::/home/gone:/bin/sh",
        "sftp:x:1004:1004::/srv/sftp:/usr/sbin/nologin",
        "shut:x:1005:1005::/home/shut:/bin/sh",
        "__proto__:x:1006:1006::/opt/p:/bin/sh",
      ],
      more: {
        "/root": { kind: "directory" },
        "/bin": { kind: "directory" },
        "/var/lib/ci": { kind: "directory" },
        "/home/alice": { kind: "directory" },
        "/srv/sftp": { kind: "directory" },
        "/home/shut": { kind: "directory", error: "denied" },
        "/opt/p": { kind: "directory" },
      },
    }),
  );
  const found = await secretHomes(host, asker(host));
  assert.ok(found.state === "known");
  assert.equal(found.value.homes.map(({ name }) => name).sort(), [
    "__proto__",
    "alice",
    "ci",
    "root",
    "sftp",
  ]);
  assert.equal(found.value.unread, ["permission denied: /home/shut/.ssh"]);
});

test.run();
