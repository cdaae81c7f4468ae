// Metadata of RPM repositories: tags with odd but right spelling, and text that is none.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareEvr, compareRpmParts, parseEvr, showEvr } from "../../../src/formats/rpm-version.js";
import { parseRepomd, parseUpdateinfo } from "../../../src/formats/updateinfo.js";
import { xmlTags } from "../../../src/formats/xml-tags.js";

const all = () => true;

test("tags: comments, CDATA, quotes, prefixes, entities", () => {
  const seen: string[] = [];
  const whole = xmlTags(
    `<?xml version='1.0'?><!DOCTYPE x><!-- <no a="> --><a:b c="1>2" d='&lt;&quot;'>t &amp; u</a:b><![CDATA[<no/>]]><e />`,
    (tag) => seen.push(`${tag.kind} ${tag.name} ${tag.attribute("c")} ${tag.attribute("d")} ${tag.text()}`),
  );
  assert.ok(whole);
  assert.equal(seen, ['open b 1>2 <" t & u', "close b undefined undefined ", "empty e undefined undefined "]);
});

test("notices: of security only, each package once a notice", () => {
  const text = `<updates><update type="security"><id>A</id><references><reference><id>no</id></reference></references><pkglist>
    <collection><module name="m" stream="1"/><package name="p" epoch="1" version="2" release="3" arch="noarch"/></collection>
    <collection><package arch='x86_64' release='3' version='2' name='q'><filename>f</filename></package></collection></pkglist></update>
    <update type="enhancement"><id>B</id><pkglist><package name="p" version="9"/></pkglist></update></updates>`;
  const found = parseUpdateinfo(text, (name) => name !== "x");
  assert.is(found?.notices, 1);
  assert.equal(
    found?.packages.map(({ name, epoch, notice, module }) => [name, epoch, notice, module?.stream]),
    [
      ["p", "1", "A", "1"],
      ["q", "0", "A", undefined],
    ],
  );
});

test("what is none, or is cut off, is nothing", () => {
  for (const text of [
    "",
    "<html></html>",
    "<updates>",
    '<updates><update type="security',
    "<updates><!-- </updates>",
  ])
    assert.is(parseUpdateinfo(text, all), undefined, text);
  assert.is(parseRepomd("<updates></updates>"), undefined);
  assert.equal(parseUpdateinfo("<updates/>", all), { packages: [], notices: 0 });
});

test("any text, and hostile ones in linear time", () => {
  const pieces = fc.constantFrom(
    "<",
    ">",
    "</",
    "/>",
    '"',
    "'",
    "<!--",
    "<![CDATA[",
    "update",
    "package",
    " a=",
    "<?",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      parseUpdateinfo(parts.join(""), all);
      parseRepomd(parts.join(""));
    }),
    { numRuns: 500 },
  );
  const started = performance.now();
  for (const piece of ["<", '<a "', "<!--", "<a b='", "<![CDATA[", "<update ", "<a>"])
    parseUpdateinfo(piece.repeat(100_000), all);
  assert.ok(performance.now() - started < 30_000);
});

test("versions: marks, numbers, letters, epochs", () => {
  const sorted = ["1.0~rc1", "1.0", "1.0^git1", "1.0a", "1.0.1", "1.05", "1.10", "2", "10"];
  for (const [index, one] of sorted.entries())
    for (const other of sorted.slice(index + 1)) {
      assert.ok(compareRpmParts(one, other) < 0, `${one} < ${other}`);
      assert.ok(compareRpmParts(other, one) > 0, `${other} > ${one}`);
    }
  assert.is(compareRpmParts("1.05", "1.5"), 0);
  assert.ok(compareEvr(parseEvr("1:1-1"), parseEvr("9-9")) > 0);
  assert.is(showEvr(parseEvr("2:1.0-3.el9")), "2:1.0-3.el9");
});

test.run();
