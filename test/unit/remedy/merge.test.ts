// Do several checks make one change of a file, and do those that contradict each other both stay out?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Asked, merge } from "../../../src/remedy/merge.js";

const file = "/etc/x";
const nothing = { text: undefined, encoding: "utf8", isThere: false } as const;

function there(text: string) {
  return { text, encoding: "utf8", isThere: true } as const;
}

function edit(check: string, start: number, end: number, text: string): Asked {
  return { check, step: { kind: "edit", file, edits: [{ span: { start, end }, text }] } };
}

function write(check: string, content: string): Asked {
  return { check, step: { kind: "write", file, content, mode: 0o644 } };
}

function chmod(check: string, mode: number, owner = "root:root"): Asked {
  return { check, step: { kind: "chmod", file, mode, owner } };
}

function contentOf(asked: readonly Asked[], present: ReturnType<typeof there> | typeof nothing): string {
  const merged = merge(file, asked, present);
  if (merged.state !== "ok" || merged.wanted.state !== "file") return JSON.stringify(merged);
  return merged.wanted.content;
}

test("edits of several checks on one text, equal ones once", () => {
  const asked = [edit("a", 0, 1, "A"), edit("b", 2, 3, "C"), edit("c", 2, 3, "C")];
  assert.is(contentOf(asked, there("abc")), "AbC");
});

test("edits of a file that is not there are of an empty text, a title of both once", () => {
  const title = { span: { start: 0, end: 0 }, text: "# ours\n" };
  const line = (check: string, text: string): Asked => ({
    check,
    step: { kind: "edit", file, edits: [title, { span: { start: 0, end: 0 }, text }] },
  });
  assert.is(contentOf([line("a", "x 1\n"), line("b", "y 2\n")], nothing), "# ours\nx 1\ny 2\n");
});

test("an edit of a new file follows what another check writes into it", () => {
  assert.is(contentOf([write("a", "x\n"), edit("b", 0, 0, "y\n")], nothing), "x\ny\n");
});

test("edits that overlap are refused, and both checks are named", () => {
  assert.equal(merge(file, [edit("a", 0, 2, "X"), edit("b", 1, 3, "Y")], there("abc")), {
    state: "conflict",
    checks: ["a", "b"],
    reason: "a and b want different things of /etc/x",
  });
});

test("two contents of one file are refused, equal ones are one", () => {
  assert.is(merge(file, [write("a", "x"), write("b", "y")], nothing).state, "conflict");
  assert.is(contentOf([write("a", "x"), write("b", "x")], nothing), "x");
  assert.is(merge(file, [write("a", "x"), edit("b", 0, 1, "y")], there("abc")).state, "conflict");
});

test("an edit beyond the text is refused", () => {
  assert.is(merge(file, [edit("a", 5, 6, "x")], there("abc")).state, "conflict");
});

test("of two modes what both allow; two owners are refused", () => {
  assert.equal(merge(file, [chmod("a", 0o640), chmod("b", 0o604)], there("")), {
    state: "ok",
    wanted: { state: "attributes", mode: 0o600, owner: "root:root" },
  });
  assert.is(merge(file, [chmod("a", 0o640), chmod("b", 0o640, "root:shadow")], there("")).state, "conflict");
});

test("content and mode are one change", () => {
  assert.equal(merge(file, [write("a", "x"), chmod("b", 0o440)], nothing), {
    state: "ok",
    wanted: { state: "file", content: "x", encoding: "utf8", mode: 0o440, owner: "root:root" },
  });
});

test("what is removed or replaced by a link is nobody else's to change", () => {
  const removed: Asked = { check: "a", step: { kind: "remove", file } };
  const linked: Asked = { check: "b", step: { kind: "symlink", file, target: "/dev/null" } };
  assert.equal(merge(file, [removed, removed], there("x")), { state: "ok", wanted: { state: "absent" } });
  assert.equal(merge(file, [linked], there("x")), {
    state: "ok",
    wanted: { state: "symlink", target: "/dev/null" },
  });
  assert.is(merge(file, [removed, linked], there("x")).state, "conflict");
  assert.is(merge(file, [edit("c", 0, 1, "y"), removed], there("x")).state, "conflict");
});

test.run();
