// services.time-servers, services.chrony-user: which servers are asked, and as whom.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { timeServerChecks } from "../../../../src/checks/services/time-servers.js";
import { asker } from "../../../../src/engine/gather.js";
import { timeServers } from "../../../../src/facts/time-servers.js";
import { type MemoryFiles, memoryHost } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { bare, enabled, running } from "../../../support/service-tree.js";

const [servers, user] = timeServerChecks;
if (servers === undefined || user === undefined) throw new Error("two checks");
const conf = "/etc/chrony/chrony.conf";
const accounts = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\n_chrony:x:106:106::/var/lib/chrony:/usr/sbin/nologin\n",
  "/etc/group": "root:x:0:\n_chrony:x:106:\n",
};
const chrony = (text: string, more: MemoryFiles = {}) => ({
  ...enabled("chrony.service"),
  ...accounts,
  [conf]: text,
  ...more,
});
const timesyncd = (text: string) => ({
  ...enabled("systemd-timesyncd.service"),
  "/etc/systemd/timesyncd.conf": `[Time]\n${text}\n`,
});
const denied = {
  name: "a part cannot be read",
  files: chrony("confdir /etc/chrony/conf.d\n", {
    "/etc/chrony/conf.d/a.conf": { error: "denied" },
  }),
};

testCheck(servers, {
  passes: [
    { name: "a pool", files: chrony("pool 2.debian.pool.ntp.org iburst\n") },
    {
      name: "in a folder of sources, and a clock of the machine",
      files: chrony("sourcedir /etc/chrony/sources.d\nREFCLOCK PHC /dev/ptp0 poll 3\n", {
        "/etc/chrony/sources.d/own.sources": "server ntp.example\n",
      }),
      params: { servers: ["ntp.example", "PHC /dev/ptp0"] },
    },
    { name: "Red Hat's place", files: { ...enabled("chronyd.service"), "/etc/chrony.conf": "server a\n" } },
    { name: "timesyncd", files: timesyncd("NTP=a b\nNTP=\nNTP=c"), params: { servers: ["c"] } },
    { name: "its second choice", files: timesyncd("FallbackNTP=d") },
    {
      name: "ntpsec",
      files: { ...enabled("ntpsec.service"), "/etc/ntpsec/ntp.conf": "server ntp.example # ours\n" },
    },
  ],
  fails: [
    {
      name: "none named",
      files: chrony("! server a\n# pool b\n; server c\n% server d\ndriftfile /x\n"),
      at: [conf],
      says: /chrony is told no server by \/etc\/chrony\/chrony.conf/,
    },
    { name: "timesyncd as it comes", files: timesyncd("#NTP="), says: /timesyncd is told no server/ },
    {
      name: "another than allowed",
      files: chrony("server ntp.example\nserver evil.example\n"),
      params: { servers: ["ntp.example"] },
      at: [`${conf}:1`, `${conf}:2`],
      says: `${conf}:2 asks evil.example, which is none of the servers allowed`,
    },
  ],
  errors: [denied],
  notApplicable: [{ name: "nobody keeps the clock", files: bare }],
});

testCheck(user, {
  passes: [
    { name: "as it was built", files: chrony("") },
    { name: "named", files: chrony("user _chrony\n") },
  ],
  fails: [
    { name: "root", files: chrony("user root\n"), says: `${conf}:1 makes chronyd run as root` },
    { name: "as seen", files: chrony("", running("chronyd")), says: "chronyd runs as root" },
  ],
  errors: [
    denied,
    { name: "no such account", files: { ...chrony(""), "/etc/passwd": "root:x:0:0::/root:/bin/sh\n" } },
  ],
  notApplicable: [{ name: "another keeper", files: { ...timesyncd("NTP=a"), ...accounts } }],
});

test("a circle of includes ends, and is said", async () => {
  const fact = await asker(memoryHost({ [conf]: `include ${conf}\n` }))(timeServers);
  assert.ok(fact.state === "known");
  assert.match(fact.value.of("chrony").unread.join(), /too many includes/);
});

test.run();
