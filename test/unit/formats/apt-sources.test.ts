import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { type AptSources, aptBoolean } from "../../../src/formats/apt-source-entry.js";
import { parseDeb822Sources } from "../../../src/formats/apt-sources-deb822.js";
import { parseSourcesList } from "../../../src/formats/apt-sources-list.js";

function shown({ sources, problems }: AptSources) {
  return [
    ...sources.map(({ types, uris, suites, components, options, enabled, line }) =>
      [
        `${line}${enabled ? "" : " off"}: ${types.join(",")} ${uris.join(",")} ${suites.join(",")} ${components.join(",")}`,
        ...[...options].map(([key, { value }]) => `${key}=${value}`),
      ].join(" "),
    ),
    ...problems.map(({ line, message }) => `${line}! ${message}`),
  ];
}

test("one line: options, comments, brackets with and without blanks", () => {
  const text = [
    "# main",
    "deb http://deb.debian.org/debian bookworm main contrib # here",
    "deb [arch=amd64 signed-by=/k.gpg] https://x.org/y stable main",
    "deb-src [ trusted=yes ] http://x.org/flat ./",
    '\tdeb "http://a b/" c d\r',
  ].join("\n");
  assert.equal(shown(parseSourcesList(text)), [
    "2: deb http://deb.debian.org/debian bookworm main,contrib",
    "3: deb https://x.org/y stable main arch=amd64 signed-by=/k.gpg",
    "4: deb-src http://x.org/flat ./  trusted=yes",
    "5: deb http://a b/ c d",
  ]);
});

test("the place of an option is its text", () => {
  const text = "deb [arch=amd64 trusted=yes] http://x y z\n";
  const span = parseSourcesList(text).sources[0]?.options.get("trusted")?.span;
  assert.is(text.slice(span?.start, span?.end), "trusted=yes");
});

for (const [text, message] of [
  ["rpm http://x y z", /type rpm is not known/],
  ["deb", /no URI/],
  ["deb http://x", /no suite/],
  ["deb http://x y", /no component/],
  ["deb /srv/x y z", /not a URI/],
  ["deb http://x ./ main", /after a path/],
  ["deb [trusted=yes http://x y z", /option/],
  ["deb [trusted] http://x y z", /without a value/],
  ["deb [=yes] http://x y z", /without a name/],
  ['deb "http://x y z', /no URI/],
] as const)
  test(`one line, refused: ${text}`, () => {
    const { sources, problems } = parseSourcesList(`${text}\n`);
    assert.is(sources.length, 0);
    assert.match(problems[0]?.message ?? "", message);
  });

test("deb822: fields without regard to case, continuation lines, comments inside, embedded keys", () => {
  const text = [
    "types: deb deb-src",
    "URIs: http://a http://b",
    "Suites: x",
    "# a comment",
    " y",
    "Components: main",
    "Signed-By:",
    " -----BEGIN PGP PUBLIC KEY BLOCK-----",
    " .",
    " abc",
    "",
    "Types: deb",
    "URIs: file:/srv/",
    "Suites: ./",
    "Enabled: no",
    "Trusted: yes",
  ].join("\n");
  assert.equal(shown(parseDeb822Sources(text)), [
    "1: deb,deb-src http://a,http://b x,y main signed-by=-----BEGIN PGP PUBLIC KEY BLOCK-----\n.\nabc",
    "12 off: deb file:/srv/ ./  trusted=yes",
  ]);
});

for (const [text, message] of [
  ["URIs: http://a\nSuites: x\nComponents: m", /no Types/],
  ["Types: deb\nSuites: x\nComponents: m", /no URIs/],
  ["Types: deb\nURIs: http://a\nComponents: m", /no Suites/],
  ["Types: deb\nURIs: http://a\nSuites: x", /no Components/],
  ["Types: deb\nURIs: http://a\nSuites: ./\nComponents: m", /with a path/],
  ["Types: rpm\nURIs: http://a\nSuites: ./", /not known/],
  ["Types: deb\nURIs: /a\nSuites: ./", /not a URI/],
  ["Types: deb\nURIs x\nSuites: ./", /no field/],
] as const)
  test(`deb822, refused: ${JSON.stringify(text)}`, () => {
    const { sources, problems } = parseDeb822Sources(text);
    assert.is(sources.length, 0);
    assert.match(problems[0]?.message ?? "", message);
  });

test("a paragraph that is switched off may lack everything but its types", () => {
  assert.equal(parseDeb822Sources("Types: deb\nEnabled: no\n").problems, []);
});

test("truth values as apt reads them", () => {
  for (const yes of ["1", "yes", "TRUE", "with", "on", "enable", "01", "0x1", " 1"])
    assert.is(aptBoolean(yes), true, yes);
  for (const no of ["", "0", "no", "False", "without", "off", "disable"])
    assert.is(aptBoolean(no), false, no);
  for (const neither of ["2", "maybe", "yes ", "-1"]) assert.is(aptBoolean(neither), undefined, neither);
});

const junk = fc.string({ unit: fc.constantFrom(...'deb [=]:/#\n \t"%x\0\ufeff'), maxLength: 200 });

test("any text is read, with places inside it", () => {
  fc.assert(
    fc.property(junk, (text) => {
      for (const parsed of [parseSourcesList(text), parseDeb822Sources(text)])
        for (const { span } of parsed.sources) assert.ok(span.start <= span.end && span.end <= text.length);
      assert.equal(applyEdits(text, []), { state: "ok", text });
    }),
    { numRuns: 500 },
  );
});

test("hostile texts are read in linear time", () => {
  const started = performance.now();
  for (const piece of ["deb [", "deb [a=b ", "Types: deb\n\n", "\n", " a", '"', "Types: "]) {
    parseSourcesList(piece.repeat(50_000));
    parseDeb822Sources(piece.repeat(50_000));
  }
  assert.ok(performance.now() - started < 30_000);
});

test("a line of blanks is read once", () => {
  const started = performance.now();
  const { problems } = parseDeb822Sources(`Types: deb${" ".repeat(400_000)}x\nURIs: http://h\n`);
  assert.is(problems.length, 1);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
