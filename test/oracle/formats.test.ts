// Do the programs that read our formats take them? promtool, xmllint and cmark-gfm on honest and on hostile reports.
import { spawnSync } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fleetMarkdown } from "../../src/report/fleet-markdown.js";
import { junit } from "../../src/report/junit.js";
import { markdown } from "../../src/report/markdown.js";
import { prometheus } from "../../src/report/prometheus.js";
import { fleet, hostile, hostileText, realistic, report } from "../support/report.js";

const view = { columns: 80, colour: false, verbose: true, quiet: false };

/** Text that is chosen against Markdown, each in every place of a report where text of a node can stand. */
const markdownAttacks = [
  hostileText,
  "`",
  "``` \n<script>alert(1)</script>",
  "a | b || \\| c",
  "\\",
  "*x* _y_ **z** ~~w~~",
  "[a](http://evil.example) <http://evil.example> http://evil.example www.evil.example",
  "![i](http://evil.example/i.png)",
  "# h",
  "1. a",
  "- a\n- b",
  "> q",
  "&lt;b&gt; &#60;b&#62;",
  "<!-- ",
  "[ref]: http://evil.example",
  "- [ ] task",
  "    indented",
  "***",
  "===",
];

function has(program: string): boolean {
  const found = spawnSync("/bin/sh", ["-c", `command -v ${program}`]).status === 0;
  if (!found) console.log(`SKIPPED ${program} is not installed`);
  return found;
}

function run(program: string, args: readonly string[], input: string) {
  return spawnSync(program, args, { input, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

test("promtool finds nothing to say of the metrics", () => {
  if (!has("promtool")) return;
  for (const one of [report(realistic), hostile(), report([])]) {
    const { status, stdout, stderr } = run("promtool", ["check", "metrics"], prometheus(one));
    assert.is(status, 0, stderr);
    assert.is(stdout + stderr, "");
  }
});

test("xmllint reads the JUnit document, and the texts in it are ours", () => {
  if (!has("xmllint")) return;
  for (const one of [report(realistic), hostile(), report([])]) {
    const xml = junit([one, one]);
    const { status, stderr } = run("xmllint", ["--noout", "-"], xml);
    assert.is(status, 0, stderr);
    const { stdout } = run("xmllint", ["--xpath", "count(//testcase)", "-"], xml);
    assert.is(stdout.trim(), String(2 * one.results.length));
  }
  const { stdout } = run("xmllint", ["--xpath", "string(//failure/@message)", "-"], junit([hostile()]));
  assert.match(stdout, "</script><script>alert(1)</script>");
});

test("cmark-gfm makes nothing of the node's text but text", () => {
  if (!has("cmark-gfm")) return;
  const extensions = ["table", "autolink", "strikethrough", "tasklist"].flatMap((name) => ["-e", name]);
  const tagsOf = (text: string) => {
    const { status, stdout, stderr } = run("cmark-gfm", ["--unsafe", ...extensions], text);
    assert.is(status, 0, stderr);
    return (stdout.match(/<\/?[a-z!][^>]*>/g) ?? []).map((tag) => tag.replace(/ align="right"/, ""));
  };
  const plain = "text";
  const wanted = tagsOf(markdown(hostile(plain), view));
  const wantedFleet = tagsOf(fleetMarkdown([hostile(plain), ...fleet(2)], view));
  for (const attack of markdownAttacks) {
    assert.equal(tagsOf(markdown(hostile(attack), view)), wanted, attack);
    assert.equal(tagsOf(fleetMarkdown([hostile(attack), ...fleet(2)], view)), wantedFleet, attack);
  }
});

test.run();
