// Login scripts: plain assignments and umask with their places, everything that depends on something marked.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseShellProfile } from "../../../src/formats/shell-profile.js";
import { shellCommands } from "../../../src/formats/shell-words.js";

const shown = (text: string) =>
  parseShellProfile("/p", text).settings.map(
    ({ name, value, conditional, source }) =>
      `${source.line} ${name}=${value ?? "?"}${conditional ? " maybe" : ""}`,
  );

test("plain lines, quotes, comments, continuations", () => {
  assert.equal(shown("A=1; B='x y' # C=3\nexport D=\"q\"\\\n\nE=a\\ b F=\numask 027\n"), [
    "1 A=1",
    "1 B=x y",
    "2 D=q",
    "4 E=a b",
    "4 F=",
    "5 umask=027",
  ]);
});

test("what only the shell knows has no value", () => {
  assert.equal(shown("A=$HOME/bin\nB=\"$(id -u)\"\nC=`x`\nD=${X:-1}\nE=$((1+2))\nF='$x'\n"), [
    "1 A=?",
    "2 B=?",
    "3 C=?",
    "4 D=?",
    "5 E=?",
    "6 F=$x",
  ]);
});

test("conditions, loops, functions, subshells and chains are marked, what follows them is not", () => {
  const text = `if [ a ]; then
  A=1
elif b; then A=2; else
  A=3
fi
for x in 1 2; do B=1; done
case $- in
  *i*) C=1 ;;
  (x|y) C=2 ;;
esac
f() { D=1; }
function g { E=1; }
(F=1)
true && G=1
false || G=2
G=3 | cat
while read x; do H=1; done < file
{ I=1; }
J=1
`;
  assert.equal(shown(text), [
    "2 A=1 maybe",
    "3 A=2 maybe",
    "4 A=3 maybe",
    "6 B=1 maybe",
    "8 C=1 maybe",
    "9 C=2 maybe",
    "11 D=1 maybe",
    "12 E=1 maybe",
    "13 F=1 maybe",
    "14 G=1 maybe",
    "15 G=2 maybe",
    "16 G=3 maybe",
    "17 H=1 maybe",
    "18 I=1 maybe",
    "19 J=1",
  ]);
});

test("an assignment before a command is the command's alone; here-documents are no commands", () => {
  assert.equal(shown("A=1 cmd\ncat <<EOF\nB=1\nEOF\ncat <<-'X' >f\n\tC=1\n\tX\nD=1 <<< E=2\n"), ["8 D=1"]);
});

test("read-only and exported, unless under a condition", () => {
  const { readonly, exported } = parseShellProfile(
    "/p",
    "readonly A=1\ndeclare -rx B=2\nexport C\ntypeset -r D\nif x; then readonly E; fi\n",
  );
  assert.equal(
    [[...readonly], [...exported]],
    [
      ["A", "B", "D"],
      ["B", "C"],
    ],
  );
});

test("any text is read without an exception, spans are true", () => {
  const piece = fc.constantFrom(
    "if",
    "fi",
    "case",
    "esac",
    "{",
    "}",
    "(",
    ")",
    "A=1",
    "'",
    '"',
    "$(",
    "${",
    "`",
    "\\",
    "\n",
    " ",
    ";",
    "&&",
    "|",
    "<<E",
    "E",
    "#",
    "\0",
    "umask",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (text) => {
        for (const { words } of shellCommands(text))
          for (const { raw, span } of words) assert.is(text.slice(span.start, span.end), raw);
        parseShellProfile("/p", text);
      },
    ),
    { numRuns: 500 },
  );
});

test("huge and deeply nested scripts are read to their end", () => {
  for (const unit of ["{ ", "$(", "if x; then ", "'a' ", "A=1 ", '"', "<<E\n"])
    shellCommands(unit.repeat(50_000));
});

test.run();
