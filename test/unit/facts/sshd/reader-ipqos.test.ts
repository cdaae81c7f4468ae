// IPQoS: what sshd makes of names and numbers, before and since it forgot the names of RFC 1349.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SshdBuild } from "../../../../src/facts/sshd/build.js";
import { ipQos } from "../../../../src/facts/sshd/reader-ipqos.js";

const build = (version: number, vendor: SshdBuild["vendor"]): SshdBuild => ({
  version,
  vendor,
  text: "",
  gssapi: true,
  known: true,
  from: "",
});

function read(word: string, by: SshdBuild): string | undefined {
  const none = () => undefined;
  const result = ipQos({
    words: [word],
    rest: "",
    build: by,
    active: true,
    has: () => false,
    count: () => 0,
    home: none,
    service: none,
  });
  return "parts" in result ? result.parts[0]?.texts[0] : undefined;
}

const noble = build(906, "debian");
const trixie = build(1000, "debian");
const forky = build(1006, "debian");

for (const [word, then, today] of [
  ["8", "throughput", "0x08"],
  ["16", "lowdelay", "0x10"],
  ["4", "le", "le"],
  ["throughput", "throughput", "none"],
  ["reliability", "le", "none"],
  ["184", "ef", "ef"],
  ["255", "0xff", "0xff"],
] as const)
  test(`IPQoS ${word}`, () => {
    assert.is(read(word, noble), `${then} ${then}`);
    for (const one of [trixie, forky, build(1001, "other")]) assert.is(read(word, one), `${today} ${today}`);
    assert.is(read(word, build(1000, "other")), `${then} ${then}`);
  });

test.run();
