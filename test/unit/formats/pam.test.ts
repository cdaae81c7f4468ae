// Are PAM's files read with every form of line: controls in brackets, includes, dashes, continuations, broken ones?
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { type PamLine, pamEdit, parsePam } from "../../../src/formats/pam.js";

function show(line: PamLine): string {
  const at = `${line.source.line}`;
  if (line.kind === "include") return `${at} @include ${line.file}`;
  if (line.kind === "broken") return `${at} broken ${line.type ?? ""}: ${line.why}`;
  const { control, module, args, type, quiet } = line;
  const how =
    control.kind === "table" ? [...control.actions].map((pair) => pair.join("=")).join(" ") : control.word;
  return `${at} ${quiet ? "-" : ""}${type} <${how}> ${[module, ...args.map((arg) => `{${arg}}`)].join(" ")}`;
}

test("every form of line", () => {
  const text = [
    "# comment",
    "auth required pam_unix.so nullok",
    "AUTH\tREQUISITE /lib/pam_x.so",
    "-session optional pam_systemd.so # why",
    "auth [success=1 default=ignore new_authtok_reqd=ok] pam_unix.so",
    "account [default=die] \\",
    "   pam_x.so a [b c\\]d] e",
    "@include common-auth",
    "password include system-auth",
    "session substack sub",
    "",
  ].join("\n");
  assert.equal(parsePam("f", text).map(show), [
    "2 auth <required> pam_unix.so {nullok}",
    "3 auth <requisite> /lib/pam_x.so",
    "4 -session <optional> pam_systemd.so",
    "5 auth <success=1 default=ignore new_authtok_reqd=ok> pam_unix.so",
    "6 account <default=die> pam_x.so {a} {b c]d} {e}",
    "8 @include common-auth",
    "9 password <include> system-auth",
    "10 session <substack> sub",
  ]);
});

test("lines that PAM cannot use say so", () => {
  assert.equal(
    parsePam("f", "foo required x.so\nauth maybe x.so\nauth required\n@include\nauth [success] x.so\n").map(
      show,
    ),
    [
      "1 broken : it starts with no type of management group",
      "2 broken auth: its control value is unknown",
      "3 broken auth: it names no module",
      "4 broken : @include names no file",
      "5 broken auth: its control value is unknown",
    ],
  );
});

test("edits replace a line or come before it, and keep the rest", () => {
  const text = "a\r\nauth required x.so \\\r\n  arg\r\nauth optional y.so";
  const [, first, second] = parsePam("f", text);
  if (first === undefined || second === undefined) throw new Error("two lines");
  const edited = applyEdits(text, [
    pamEdit(first.source, "auth required z.so"),
    pamEdit(second.source, "new", true),
  ]);
  assert.is(edited.state === "ok" ? edited.text : "", "a\r\nauth required z.so\r\nnew\nauth optional y.so");
});

test("any text is read, in time, with spans inside it", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."auth required[]\\# \n\r\t@include=x\0"), maxLength: 200 }),
      (text) => {
        for (const { source } of parsePam("f", text))
          assert.ok(source.span.start <= source.span.end && source.span.end <= text.length);
      },
    ),
    { numRuns: 300 },
  );
  const started = performance.now();
  for (const text of [
    "[".repeat(500_000),
    "\\\n".repeat(200_000),
    "auth required x\n".repeat(50_000),
    "a ".repeat(400_000),
  ])
    parsePam("f", text);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
