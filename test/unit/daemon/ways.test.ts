// How mail and syslog are told.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type News, queue, tell } from "../../../src/daemon/notify.js";
import type { Channel } from "../../../src/policy/drift-channels.js";
import { spooled } from "../../../src/state/spool.js";
import { news, world } from "../../support/told.js";

const first = "2026-11-21T10:00:00.000Z";
const second = "2026-11-21T11:00:00.000Z";
const mail: Channel = {
  kind: "mail",
  to: ["ops@h"],
  from: undefined,
  program: "/usr/sbin/sendmail",
  everyMs: 0,
};
const textOf = (line: string) => Buffer.from(line.split("\n\n")[1] ?? "", "base64").toString("utf8");

test("what waited for mail comes in one, with the differences as people read them", async () => {
  const { state, sent, failing, doors } = world(new Set(["/usr/sbin/sendmail -i ops@h"]));
  queue([mail], news(first, "/etc/1"), state);
  await tell([mail], news(first), doors);
  queue([mail], news(second, "/etc/2"), state);
  failing.clear();
  assert.equal(await tell([mail], news(second), doors), []);
  assert.is(sent.length, 1);
  assert.match(sent[0] ?? "", ": 2 reports of changes\n");
  assert.match(textOf(sent[0] ?? ""), /- file \/etc\/1[\s\S]*- file \/etc\/2/);
  assert.equal(spooled(state), []);
});

test("mail goes no more often than the site wants; a clock that is put back does not silence it", async () => {
  const { state, sent, doors } = world();
  const daily: Channel = { ...mail, everyMs: 86_400_000 };
  const at = (time: string): News => {
    const given = news(time);
    return { ...given, report: { ...given.report, run: { ...given.report.run, startedAt: time } } };
  };
  for (const time of [first, second, "2026-11-22T09:00:00.000Z"]) {
    queue([daily], at(time), state);
    await tell([daily], at(time), doors);
  }
  assert.is(sent.length, 1);
  await tell([daily], at("2026-11-22T10:00:00.000Z"), doors);
  assert.is(sent.length, 2);
  assert.match(sent[1] ?? "", "2 reports of changes");
  queue([daily], at("2026-11-20T00:00:00.000Z"), state);
  await tell([daily], at("2026-11-20T00:00:00.000Z"), doors);
  assert.is(sent.length, 3);
});

test("syslog: this machine's own by logger, a server's by its transport", async () => {
  const { state, sent, doors } = world();
  const server = { host: "logs", port: 6514, transport: "tls" as const, caFile: "/etc/ca.pem" };
  const both: readonly Channel[] = [
    { kind: "syslog", server: undefined },
    { kind: "syslog", server },
  ];
  queue(both, news(first), state);
  assert.equal(await tell(both, news(first), doors), []);
  const [local, remote] = sent.toSorted();
  assert.match(local ?? "", /^\/usr\/bin\/logger --socket \/dev\/log .*\|<29>file \/etc\/passwd gone/);
  assert.match(remote ?? "", /^tls logs\|<29>1 \S+ \S+ nodeward - drift \[nodeward@32473 .*by="alice"/);
});

test.run();
