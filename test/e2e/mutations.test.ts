// Nodewards with one error each: the scenarios for auditing tell every one of them from the real one.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { builtFrom, program, top } from "./beds/program.js";
import { ownChecks, withWeakWorker } from "./nodes/prepared.js";
import { assertFound, audit } from "./nodes/verdicts.js";
import { undecided } from "./nodes/weak-worker.js";

interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const mutations: readonly Mutation[] = [
  {
    what: "of two lines of sshd the last wins",
    file: "src/facts/sshd/options.ts",
    from: 'if (before === undefined || keep === "last")',
    to: 'if (before === undefined || keep !== "append")',
  },
  {
    what: "the kubelet's file beats its flags",
    file: "src/facts/kubelet-view.ts",
    from: "this.byFlag(path) ?? this.byFile(path) ??",
    to: "this.byFile(path) ?? this.byFlag(path) ??",
  },
  {
    what: "what cannot be told passes",
    file: "src/engine/evaluate.ts",
    from: 'unknowns.length > 0 ? "error" : "pass"',
    to: 'unknowns.length > 1_000 ? "error" : "pass"',
  },
];

/** What a build does not read, or links to. */
const left = new Set(["node_modules", "dist", ".git"]);

/** The program of this tree with one place changed. */
async function mutated({ file, from, to }: Mutation): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-mutation-"));
  try {
    for (const name of readdirSync(top).filter((one) => !left.has(one)))
      cpSync(join(top, name), join(folder, name), { recursive: true });
    symlinkSync(join(top, "node_modules"), join(folder, "node_modules"));
    const text = readFileSync(join(folder, file), "utf8");
    assert.is(text.split(from).length, 2, `${file} holds the place once`);
    writeFileSync(join(folder, file), text.replace(from, to));
    return readFileSync(await builtFrom(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a nodeward with an error is found out", () =>
  withWeakWorker({ image: "debian-12", kind: "container" }, async (bed, planted) => {
    const judged = async () => assertFound(await audit(bed, ownChecks(bed)), planted, undecided);
    await judged();
    const missed: string[] = [];
    for (const mutation of mutations) {
      await bed.put(program.inside, await mutated(mutation), { mode: 0o755 });
      const found = await judged().then(
        () => false,
        (error: unknown) => error instanceof assert.Assertion,
      );
      if (!found) missed.push(mutation.what);
    }
    assert.equal(missed, []);
  }));

test.run();
