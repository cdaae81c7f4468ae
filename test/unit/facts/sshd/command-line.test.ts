import { test } from "uvu";
import * as assert from "uvu/assert";
import { wholeFile } from "../../../../src/core/source.js";
import { parseCommandLine } from "../../../../src/facts/sshd/command-line.js";

function parse(...words: readonly string[]) {
  const source = wholeFile("/unit");
  const { args, file, ports, problems } = parseCommandLine(words.map((text) => ({ text, source })));
  return {
    args: args.map(({ line, text }) => `${line.keyword}=${text.slice(line.rest.start, line.rest.end)}`),
    file: file?.text,
    ports,
    problems: problems.map(({ text }) => text),
  };
}

const nothing = { args: [], file: undefined, ports: false, problems: [] };

test("no options, and those that set nothing", () => {
  assert.equal(parse(), nothing);
  assert.equal(parse("-D", "-e", "-dd", "-u0", "-E", "/log"), nothing);
});

test("-o with and without a space, in either spelling", () => {
  assert.equal(parse("-oPort=22", "-o", "UsePAM no", "-Do", "Banner=/x").args, [
    "Port=22",
    "UsePAM=no",
    "Banner=/x",
  ]);
});

test("options that stand for a keyword", () => {
  const { args, ports } = parse("-p22", "-p", "2222", "-4", "-q", "-g", "30", "-h/k", '-ca "b');
  assert.equal(args, [
    'Port="22"',
    'Port="2222"',
    "AddressFamily=inet",
    "LogLevel=QUIET",
    'LoginGraceTime="30"',
    'HostKey="/k"',
    'HostCertificate="a \\"b"',
  ]);
  assert.ok(ports);
});

test("the last -f counts", () => {
  assert.is(parse("-f", "/a", "-Df/b").file, "/b");
});

test("what sshd does not take", () => {
  assert.equal(parse("-Z").problems, ["-Z"]);
  assert.equal(parse("-D", "extra", "-Z").problems, ["extra"]);
  assert.equal(parse("-p").problems, ["-p"]);
  assert.equal(parse("--", "-Z").problems, ["-Z"]);
  assert.equal(parse("-D", "--").problems, []);
});

test.run();
