// Do we read sources.list and .sources files as apt-get does? It prints what it would fetch (--print-uris) and fetches nothing.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { archivesOf } from "../../src/formats/apt-lists.js";
import type { AptSources } from "../../src/formats/apt-source-entry.js";
import { parseDeb822Sources } from "../../src/formats/apt-sources-deb822.js";
import { parseSourcesList } from "../../src/formats/apt-sources-list.js";

const program = "/usr/bin/apt-get";

interface Read {
  readonly refused: boolean;
  readonly files: readonly string[];
}

function theirs(folder: string): Read {
  const settings = {
    "Dir::Etc::sourcelist": "/dev/null",
    "Dir::Etc::sourceparts": join(folder, "parts"),
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "APT::Architecture": "amd64",
    "APT::Architectures": "amd64",
    "Acquire::Languages": "none",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const result = spawnSync(program, ["update", "--print-uris", ...options], {
    encoding: "utf8",
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", APT_CONFIG: join(folder, "apt.conf") },
  });
  const names = [...result.stdout.matchAll(/^'.*' (\S+) \d+/gm)].map((match) => match[1] ?? "");
  const wanted = names.filter((name) =>
    /InRelease$|binary-amd64_Packages$|\/_Packages$|_Packages$/.test(name),
  );
  return {
    refused: /^E: /m.test(result.stderr),
    files: [...new Set(wanted.filter((name) => !name.includes("_binary-all_")))].sort(),
  };
}

function ours({ sources, problems }: AptSources): Read {
  if (problems.length > 0) return { refused: true, files: [] };
  const files = sources
    .filter(({ enabled }) => enabled)
    .flatMap((source) =>
      archivesOf(source, "amd64").flatMap(({ prefix, lists }) => [
        `${prefix}InRelease`,
        ...(source.types.includes("deb")
          ? lists.map((list) => (list.endsWith("-") ? `${list}amd64_Packages` : list))
          : []),
      ]),
    );
  return { refused: false, files: [...new Set(files)].sort() };
}

const uri = fc.constantFrom(
  "http://a.org/debian",
  "http://a.org/debian/",
  "https://u:p@b.org:8080/x~y_z",
  "http://c.org/$(ARCH)/r",
  "file:/srv/repo",
  "not-a-uri",
);
const suite = fc.constantFrom("bookworm", "stable/updates", "./", "/", "noble-security", "x/$(ARCH)/");
const component = fc.constantFrom("main", "contrib", "non-free-firmware", "updates/main");
const blanks = fc.constantFrom(" ", "  ", "\t");
const option = fc.constantFrom(
  "arch=amd64",
  "trusted=yes",
  "signed-by=/etc/k.gpg",
  "trusted",
  "a=",
  "lang=none",
);
const options = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: fc.array(option, { maxLength: 2 }).map((list) => `[${list.join(" ")}] `) },
  { weight: 2, arbitrary: fc.array(option, { maxLength: 2 }).map((list) => `[ ${list.join("  ")} ] `) },
  { weight: 1, arbitrary: fc.constantFrom("[arch=amd64 ", "arch=amd64] ", "[] ") },
);
const type = fc.constantFrom("deb", "deb", "deb", "deb-src", "rpm", "#deb");
const line = fc
  .tuple(
    type,
    blanks,
    options,
    uri,
    blanks,
    suite,
    fc.array(component, { maxLength: 2 }),
    fc.constantFrom("", " # c", "\r"),
  )
  .map(
    ([t, b, o, u, c, s, list, end]) =>
      `${t}${b}${o}${u}${c}${s}${list.map((one) => ` ${one}`).join("")}${end}`,
  );
const lists = fc.array(line, { maxLength: 3 }).map((all) => `${all.join("\n")}\n`);

const field = (name: string, values: fc.Arbitrary<string>, max: number) =>
  fc
    .tuple(
      fc.constantFrom(name, name.toLowerCase()),
      fc.array(values, { minLength: 1, maxLength: max }),
      fc.constantFrom(" ", "\n "),
    )
    .map(([shown, list, gap]) => `${shown}:${gap}${list.join(gap)}`);
const paragraph = fc
  .tuple(
    field("Types", fc.constantFrom("deb", "deb", "deb-src", "rpm"), 2),
    field("URIs", uri, 2),
    field("Suites", suite, 2),
    fc.option(field("Components", component, 2), { nil: undefined }),
    fc.constantFrom(
      undefined,
      undefined,
      "Enabled: yes",
      "Enabled: no",
      "Enabled: 0",
      "Enabled: maybe",
      "# c",
      "Trusted: yes",
    ),
  )
  .map((fields) => fields.filter((one) => one !== undefined).join("\n"));
const deb822 = fc.array(paragraph, { maxLength: 2 }).map((all) => `${all.join("\n\n")}\n`);

function compare(name: string, texts: readonly string[], parse: (text: string) => AptSources): void {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-apt-sources-"));
  try {
    for (const part of ["parts", "lists/partial", "cache/archives/partial"])
      mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, "apt.conf"), 'Dir::Etc::parts "/dev/null"; Dir::Etc::main "/dev/null";\n');
    for (const text of texts) {
      writeFileSync(join(folder, "parts", name), text);
      assert.equal(ours(parse(text)), theirs(folder), text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (existsSync(program)) {
  test("150 sources.list files: the same archives, the same refused", () => {
    compare("x.list", fc.sample(lists, { numRuns: 150, seed: 44 }), parseSourcesList);
  });

  test("150 .sources files: the same archives, the same refused", () => {
    compare("x.sources", fc.sample(deb822, { numRuns: 150, seed: 45 }), parseDeb822Sources);
  });
} else console.log(`SKIPPED apt sources: ${program} is not installed`);

test.run();
