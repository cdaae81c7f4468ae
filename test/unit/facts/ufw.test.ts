import { test } from "uvu";
import * as assert from "uvu/assert";
import defaultRouted from "../../../src/checks/ufw/default-routed.js";
import rulesExpected from "../../../src/checks/ufw/rules-expected.js";
import { asker } from "../../../src/engine/gather.js";
import { disagreement, type Ufw, ufw } from "../../../src/facts/ufw.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { verdictOf } from "../../support/check.js";
import { ufwFiles, userRules } from "../../support/ufw.js";

async function gathered(files: MemoryFiles): Promise<Ufw> {
  const fact = await asker(memoryHost(files))(ufw);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

async function state(files: MemoryFiles): Promise<string> {
  const fact = await asker(memoryHost(files))(ufw);
  return fact.state === "known" ? "known" : `${fact.state}: ${fact.reason}`;
}

const openSsh = { protocol: "tcp", dport: "22" };
const user = "/etc/ufw/user.rules";

test("settings with their lines, and what each of ufw's two programs makes of them", async () => {
  const { settings, startsAtBoot, unit } = await gathered(ufwFiles({ input: "REJECT" }));
  assert.is(settings.input.value, "REJECT");
  assert.is(settings.input.source.line, 2);
  assert.is(settings.input.source.file, "/etc/default/ufw");
  assert.ok(startsAtBoot);
  assert.equal(unit.state === "known" ? unit.value.state : unit, "enabled");
  const odd = await gathered(ufwFiles({ enabled: "yes # c" }));
  assert.is(disagreement(odd.settings.enabled), "at boot ENABLED is yes, the ufw command reads yes # c");
});

test("ufw.conf is read after /etc/default/ufw: what it sets wins", async () => {
  const files = ufwFiles();
  const conf = "ENABLED=yes\nLOGLEVEL=low\nIPV6=no\n";
  const { settings } = await gathered({ ...files, "/etc/ufw/ufw.conf": conf });
  assert.is(settings.ipv6.value, "no");
  assert.is(settings.ipv6.source.file, "/etc/ufw/ufw.conf");
  const step = settings.ipv6.set("yes");
  assert.is(step.kind === "edit" ? step.file : step.kind, "/etc/ufw/ufw.conf");
});

test("rules are numbered as `ufw status numbered` does, an application's ports once", async () => {
  const samba = (dport: string, protocol: string) =>
    `\n### tuple ### allow ${protocol} ${dport} 0.0.0.0/0 any 0.0.0.0/0 Samba - in\n-A ufw-user-input -p ${protocol} -m multiport --dports ${dport} -j ACCEPT\n`;
  const text = userRules([openSsh, { dport: "53" }]).replace(
    "\n### tuple ### allow any 53",
    `${samba("137,138", "udp")}${samba("139,445", "tcp")}\n### tuple ### allow any 53`,
  );
  const { rules } = await gathered({ ...ufwFiles({ v6: [openSsh] }), [user]: text });
  assert.equal(
    rules.state === "known"
      ? rules.value.all.map(({ number, command, v6 }) => `${number} ${command}${v6 ? " v6" : ""}`)
      : rules,
    ["1 allow 22/tcp", "2 allow Samba", "2 allow Samba", "3 allow 53", "4 allow 22/tcp v6"],
  );
});

test("with IPV6=no the rules of user6.rules are nobody's, and IPv6 is shut", async () => {
  const { rules, reach } = await gathered(ufwFiles({ v4: [openSsh], ipv6: "no" }));
  assert.is(rules.state === "known" ? rules.value.all.length : 0, 1);
  const question = { protocol: "tcp", port: 22, destination: undefined } as const;
  assert.is(reach[6].state === "known" ? reach[6].value(question).possible.describe() : "", "nowhere");
  assert.is(reach[4].state === "known" ? reach[4].value(question).possible.describe() : "", "anywhere");
});

test("one policy that iptables does not know leaves all three at accept", async () => {
  const { reach } = await gathered(ufwFiles({ forward: "drop" }));
  const question = { protocol: "tcp", port: 9, destination: undefined } as const;
  assert.is(reach[4].state === "known" ? reach[4].value(question).possible.describe() : "", "anywhere");
});

test("the default rules of a profile that has changed since are told", async () => {
  const files = {
    ...ufwFiles(),
    [user]: userRules([openSsh]).replace("0.0.0.0/0 in\n", "0.0.0.0/0 OpenSSH - in\n"),
    "/etc/ufw/applications.d/openssh-server": "[OpenSSH]\ntitle=x\ndescription=y\nports=2222/tcp\n",
    "/etc/ufw/applications.d/.hidden": "[OpenSSH]\nports=22/tcp\n",
    "/etc/ufw/applications.d/old.dpkg-old": "[OpenSSH]\nports=22/tcp\n",
  };
  const verdict = await verdictOf(rulesExpected, { files });
  assert.match(
    "notes" in verdict ? (verdict.notes ?? []).join() : "",
    /the profile OpenSSH \(\/etc\/ufw\/applications\.d\/openssh-server:1\) has other ports/,
  );
});

test("a kernel that forwards nothing is said", async () => {
  const files = { ...ufwFiles(), "/proc/sys/net/ipv4/ip_forward": "0\n" };
  const verdict = await verdictOf(defaultRouted, { files });
  assert.equal("notes" in verdict ? verdict.notes : [], ["the kernel forwards nothing at the moment"]);
});

test("not installed, removed with its files left, without a file, unreadable", async () => {
  const files = ufwFiles();
  const { "/usr/sbin/ufw": _program, ...removed } = files;
  assert.is(await state({}), "absent: ufw is not installed");
  assert.is(await state(removed), "absent: ufw is not installed");
  const { "/etc/ufw/ufw.conf": _conf, ...without } = files;
  assert.match(await state(without), /^error: .*ufw\.conf: ufw does not start without it$/);
  assert.match(
    await state({ ...files, "/etc/default/ufw": { error: "denied" } }),
    /^error: permission denied/,
  );
  for (const broken of [
    { error: "denied" as const },
    { kind: "fifo" as const },
    { link: "/etc/ufw/user.rules" },
    { kind: "directory" as const },
  ]) {
    const { rules, chains } = await gathered({ ...files, [user]: broken });
    assert.is(rules.state, "error");
    assert.is(chains[4].state, "error");
  }
});

test("bytes that are no text, NUL and carriage returns spoil lines, never the reading", async () => {
  const bytes = Uint8Array.from([0x45, 0x4e, 0x41, 0x42, 0x4c, 0x45, 0x44, 0x3d, 0xff, 0x00, 0x0a]);
  const odd = await gathered({ ...ufwFiles(), "/etc/ufw/ufw.conf": { bytes } });
  assert.not(odd.startsAtBoot);
  const text = userRules([openSsh]);
  const crlf = await gathered({ ...ufwFiles(), [user]: text.replaceAll("\n", "\r\n") });
  assert.is(crlf.rules.state === "known" ? crlf.rules.value.all.length : 0, 1);
  // The ufw command still lists the rule; the boot script loads nothing of the file.
  assert.ok(crlf.chains[4].state === "known" && crlf.chains[4].value.malformed.length > 0);
  const bom = await gathered({ ...ufwFiles(), [user]: `\ufeff${text}` });
  assert.is(bom.chains[4].state === "known" ? bom.chains[4].value.malformed.length > 0 : false, true);
});

test("ten thousand rules", async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    action: "deny" as const,
    src: `198.18.${index >> 8}.${index & 255}`,
  }));
  const started = performance.now();
  const { rules, reach } = await gathered(ufwFiles({ v4: [...many, openSsh], v6: [] }));
  assert.is(rules.state === "known" ? rules.value.all.length : 0, 10_001);
  const answer =
    reach[4].state === "known"
      ? reach[4].value({ protocol: "tcp", port: 22, destination: undefined })
      : undefined;
  assert.is(answer?.possible.size, (1n << 32n) - 10_000n);
  assert.ok(performance.now() - started < 8000);
});

test.run();
