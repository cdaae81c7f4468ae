import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../../../src/checks/index.js";
import { runIn } from "../../support/context.js";

const commands = async () => {
  const { out } = await runIn(["--help"]);
  const list = out.slice(out.indexOf("Commands:"));
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)(?= )/gm)]
    .map(([, name]) => name ?? "")
    .filter((name) => name !== "help");
};

test("alone it prints help and exits 0; help, --help and --version go to standard output", async () => {
  const alone = await runIn([]);
  assert.is(alone.code, 0);
  assert.match(alone.out, "Usage: nodeward");
  assert.match(alone.out, "Exit codes");
  for (const args of [["--help"], ["help"], ["help", "audit"], ["audit", "--help"], ["--version"], ["-V"]]) {
    const { code, out, err } = await runIn(args);
    assert.is(code, 0, args.join(" "));
    assert.is.not(out, "");
    assert.is(err, "");
  }
});

test("every command has a help that fits the terminal, with examples that it would take", async () => {
  const names = await commands();
  assert.ok(names.length >= 5);
  for (const name of names) {
    const { code, out } = await runIn([name, "--help"]);
    assert.is(code, 0, name);
    assert.match(out, `Usage: nodeward ${name}`);
    assert.match(out, "\nExamples:\n  # ", name);
    for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
    assert.not.match(out, "default: false");
    const listed = new Set(out.match(/(?<=^ {2}(?:-\w, )?)--[a-z-]+/gm));
    const used = out.slice(out.indexOf("Examples:")).matchAll(new RegExp(`nodeward ${name} .*`, "g"));
    for (const [line] of used)
      for (const [option] of line.matchAll(/(?<= )--[a-z-]+/g))
        assert.ok(listed.has(option), `${name}: ${option}`);
  }
});

test("a wrong word is exit 2, the nearest one is named, standard output stays empty", async () => {
  for (const [args, says] of [
    [["chekcs"], /Did you mean checks\?/],
    [["--verison"], /Did you mean --version\?/],
    [["checks", "--framwork", "x"], /Did you mean --framework\?/],
    [["report", "--fromat", "x"], /Did you mean --format\?/],
    [["completion", "tcsh"], /bash, zsh, fish/],
    [["completion"], /missing required argument/],
  ] as const) {
    const { code, out, err } = await runIn(args);
    assert.is(code, 2, args.join(" "));
    assert.is(out, "");
    assert.match(err, says);
  }
});

test("completion names every command, option, format and check", async () => {
  const names = await commands();
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, out } = await runIn(["completion", shell]);
    assert.is(code, 0);
    for (const name of [...names, "policyreport", "baseline", "cis-debian12"])
      assert.match(out, name, `${shell}: ${name}`);
    for (const { id } of checks) assert.match(out, id, shell);
    assert.match(out, shell === "fish" ? "-l fail-on" : "--fail-on");
    assert.match(out, shell === "fish" ? "-s o -l output" : "-o");
  }
});

test.run();
