// bootstrap of an image: the units that its first boot needs are linked as systemctl would, nothing is accepted yet.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { imageUnits } from "../../../src/cli/bootstrap.js";
import type { MemoryNode } from "../../../src/host/memory-node.js";
import { MemoryWriter } from "../../../src/host/memory-writer.js";
import { runIn } from "../../support/context.js";

const shipped = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../packaging/systemd/${name}`, import.meta.url)), "utf8");

const base: Readonly<Record<string, string>> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
  "/etc/group": "root:x:0:\n",
  "/etc/login.defs": "UMASK\t022\n",
};
const installed: Readonly<Record<string, string>> = {
  ...base,
  ...Object.fromEntries(imageUnits.map(({ name }) => [`/usr/lib/systemd/system/${name}`, shipped(name)])),
};

function image(files: Readonly<Record<string, string>>) {
  const writer = new MemoryWriter(files, "/image");
  const hands = { openWriter: () => ({ state: "ok" as const, writer }) };
  const bootstrap = () =>
    runIn(["bootstrap", "--root", "/image", "--only", "accounts.umask"], { uid: 0, hands, image: writer });
  const links = () =>
    [...writer.nodes].flatMap(([path, { link }]: readonly [string, MemoryNode]) =>
      link === undefined ? [] : [`${path} -> ${link}`],
    );
  return { writer, bootstrap, links };
}

test("the units that an image starts are wanted as the units themselves say", () => {
  for (const { name, by } of imageUnits) assert.match(shipped(name), new RegExp(`^WantedBy=${by}$`, "m"));
});

test("repaired, and its units linked, once", async () => {
  const { writer, bootstrap, links } = image(installed);
  const first = await bootstrap();
  assert.is(first.err, "");
  assert.is(first.code, 0);
  for (const { name } of imageUnits) assert.match(first.out, `Enabled ${name}.`);
  assert.match(first.out, "left to the first boot");
  const made = imageUnits
    .map(({ name, by }) => `/etc/systemd/system/${by}.wants/${name} -> /usr/lib/systemd/system/${name}`)
    .sort();
  assert.equal(links().sort(), made);
  assert.not(writer.files.files.has("baseline.json"), "what runs is accepted once it does");
  const journal = Buffer.from(writer.files.files.get("journal.ndjson") ?? "").toString();
  const second = await bootstrap();
  assert.is(second.code, 0);
  assert.equal(links().sort(), made);
  assert.is(Buffer.from(writer.files.files.get("journal.ndjson") ?? "").toString(), journal);
});

test("an image without the units is repaired, and what is missing is said", async () => {
  const { bootstrap, links } = image(base);
  const { code, err } = await bootstrap();
  assert.is(code, 3);
  for (const { name } of imageUnits)
    assert.match(err, `${name} is not enabled: it is not installed in this image`);
  assert.equal(links(), []);
});

test.run();
