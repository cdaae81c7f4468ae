// Repairs that nobody is there for: seldom, and not for ever against somebody who changes them back.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { JournalEvent, JournalLine, Who } from "../../../src/core/journal-event.js";
import { MemoryWriter } from "../../../src/host/memory-writer.js";
import { isUnattended, pacing } from "../../../src/remedy/pace.js";
import { noon, runIn } from "../../support/context.js";
import { begin, nobodyInParticular } from "../../support/journal-events.js";

const timer: Who = { ...nobodyInParticular, parents: ["sh", "systemd"] };
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A repair of `a.check` that began `ageMs` ago, and ended well. */
function repaired(ageMs: number, who = timer, done = true): readonly JournalLine[] {
  const run = `r${ageMs}`;
  const events: readonly JournalEvent[] = [
    { ...begin(run), who },
    ...(done ? [{ event: "group-done", run, group: "other" } as const] : []),
  ];
  const time = new Date(noon - ageMs).toISOString();
  return events.map((event, seq) => ({ version: 1, seq, time, event, data: {} }));
}

function because(lines: readonly JournalLine[], check = "a.check", limited = true): string {
  const left = pacing(lines, noon, limited)(check);
  return left === undefined ? "" : `${left.because}; ${left.first}`;
}

test("who is there: a login, a terminal, a session; or a timer", () => {
  assert.ok(isUnattended(timer));
  assert.ok(isUnattended({ ...timer, parents: ["bash", "sh", "CRON"] }));
  for (const here of [
    { loginUid: 0 },
    { tty: "/dev/pts/0" },
    { ssh: "192.0.2.1 1 192.0.2.2 22" },
    { sudoUser: "a" },
  ])
    assert.not(isUnattended({ ...timer, ...here }), JSON.stringify(here));
  assert.not(isUnattended(nobodyInParticular), "somebody in a container, whose parents cannot be seen");
});

test("not twice an hour, and not four times a day", () => {
  assert.is(because([]), "");
  assert.match(because(repaired(20 * minuteMs), "b.check"), /once an hour at most.*wait 40 minutes/);
  assert.is(because(repaired(61 * minuteMs), "b.check"), "");
  const three = [20, 10, 2].flatMap((hours) => repaired(hours * hourMs));
  assert.match(because(three, "b.check"), /three times a day; wait 240 minutes/);
  assert.is(because(three.slice(2), "b.check"), "");
  assert.is(
    because(repaired(20 * minuteMs), "b.check", false),
    "",
    "a first boot right after the image was built",
  );
});

test("runs of one command are one repair, and those of people do not count", () => {
  const rounds = [180, 179, 178].flatMap((minutes) => repaired(minutes * minuteMs, timer, false));
  assert.is(because([...rounds, ...repaired(90 * minuteMs)], "b.check"), "");
  assert.is(because(repaired(minuteMs, { ...timer, tty: "/dev/pts/0" })), "");
  assert.is(because(repaired(-hourMs)), "", "a clock that was put back");
});

test("what did not last twice is contested for a week", () => {
  const twice = [50, 26].flatMap((hours) => repaired(hours * hourMs));
  assert.match(
    because(twice),
    /contested: repaired 2 times .* changed back each time; settle who decides it/,
  );
  assert.match(because(twice, "a.check", false), /contested/);
  assert.is(because(twice, "b.check"), "");
  assert.is(because([200, 26].flatMap((hours) => repaired(hours * hourMs))), "");
  const failed = [50, 26].flatMap((hours) => repaired(hours * hourMs, timer, false));
  assert.is(because(failed), "", "what was put back by ourselves was changed back by nobody");
});

/** A node whose file somebody keeps writing, repaired by a timer or by whoever `who` says. */
function fought() {
  const weak = "UMASK\t022\n";
  const writer = new MemoryWriter({
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
    "/etc/group": "root:x:0:\n",
    "/etc/login.defs": weak,
    "/proc/self/status": "Name:\tnodeward\nPPid:\t1\n",
    "/proc/1/status": "Name:\tsystemd\nPPid:\t0\n",
  });
  const hands = { openWriter: () => ({ state: "ok" as const, writer }) };
  const repair = async (hours: number) => {
    writer.nodes.set("/etc/login.defs", { text: weak });
    const argv = ["audit", "--fix", "--yes", "--only", "accounts.umask"];
    const { code, out } = await runIn(argv, { node: writer, hands, now: noon + hours * hourMs });
    const text = Buffer.from(writer.nodes.get("/etc/login.defs")?.bytes ?? weak).toString();
    return { code, out: out.replace(/\s+/g, " "), made: !text.includes("022") };
  };
  return { writer, repair };
}

test("a timer that repairs leaves what is changed back again and again, says so, and exits 4", async () => {
  const { repair } = fought();
  const first = await repair(0);
  assert.equal([first.code, first.made], [0, true], first.out);
  const soon = await repair(0.5);
  assert.equal([soon.code, soon.made], [4, false]);
  assert.match(soon.out, /once an hour at most/);
  assert.ok((await repair(2)).made);
  const third = await repair(4);
  assert.equal([third.code, third.made], [4, false]);
  assert.match(third.out, /contested/);
});

test("somebody at a terminal repairs whenever they like", async () => {
  const { writer, repair } = fought();
  writer.nodes.set("/proc/self/fd/0", { link: "/dev/pts/3" });
  for (const hours of [0, 0.1, 0.2, 0.3]) assert.ok((await repair(hours)).made);
});

test.run();
