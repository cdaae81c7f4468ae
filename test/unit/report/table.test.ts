// Tables fit the terminal, keep their columns and let nothing of the node control it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Column, table } from "../../../src/report/table.js";

interface Row {
  readonly name: string;
  readonly text: string;
}
const columns: readonly Column<Row>[] = [
  { title: "NAME", cell: ({ name }) => name },
  { title: "TEXT", cell: ({ text }) => text, flexible: true },
];

test("columns are as wide as their content", () => {
  assert.equal(
    table(
      columns,
      [
        { name: "a", text: "one" },
        { name: "long name", text: "x" },
      ],
      80,
    ),
    ["NAME       TEXT", "---------  ----", "a          one", "long name  x"],
  );
});

test("flexible columns wrap at the width, the others stay whole", () => {
  const lines = table(
    columns,
    [{ name: "/etc/kubernetes/manifests", text: "several words that need more than one line here" }],
    50,
  );
  assert.ok(
    lines.every((line) => line.length <= 50),
    lines.join("\n"),
  );
  assert.is(lines[2]?.startsWith("/etc/kubernetes/manifests  several words"), true);
  assert.ok(lines.length > 3);
});

test("a table without rows has its titles", () => {
  assert.equal(table(columns, [], 80), ["NAME  TEXT", "----  ----"]);
});

test("text of the node cannot control the terminal", () => {
  assert.not.match(table(columns, [{ name: "\u001b[2J", text: "a\nb" }], 80).join("|"), /[\u001b\n]/);
});

test.run();
