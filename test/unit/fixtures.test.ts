// Whole root trees, one a distribution and role: audited as `--root` audits them, each result as expect.json has it.
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lutimesSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks } from "../../src/checks/index.js";
import { audit } from "../../src/engine/audit.js";
import { shippedData } from "../../src/host/data.js";
import { openHost } from "../../src/host/rooted.js";
import { loadPolicy } from "../../src/policy/load.js";
import { referencesOf } from "../../src/policy/references.js";
import { select } from "../../src/policy/select.js";
import { memoryPolicyFiles } from "../support/synthetic.js";

interface Expected {
  readonly profile: string;
  readonly only: readonly string[];
  /** Results that must be so; others are not looked at. */
  readonly results: Readonly<Record<string, string>>;
  /** git keeps neither modes nor owners: files are 0644, folders 0755, of root, unless named here. */
  readonly modes?: Readonly<Record<string, string>>;
}

const nodes = fileURLToPath(new URL("../fixtures/nodes", import.meta.url));
/** Files are older than the processes of the trees, which start with 2026; the run is later than both. */
const written = new Date(Date.UTC(2025, 5, 1));
const now = Date.UTC(2027, 0, 1);

function settle(root: string, modes: Readonly<Record<string, string>>): void {
  const entries = readdirSync(root, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isSymbolicLink()) {
      chmodSync(path, entry.isDirectory() ? 0o755 : 0o644);
      chownSync(path, 0, 0);
    }
    lutimesSync(path, written, written);
  }
  for (const [path, mode] of Object.entries(modes)) chmodSync(join(root, path), Number.parseInt(mode, 8));
}

async function resultsOf(root: string, { profile, only }: Expected): Promise<ReadonlyMap<string, string>> {
  const shipped = Object.fromEntries(
    shippedData
      .list("profiles")
      .map((name) => [name.replace(/\.yaml$/, ""), shippedData.read(`profiles/${name}`) ?? ""]),
  );
  const request = { config: { path: "/none", required: false }, profiles: [profile], fallback: [] };
  const loaded = await loadPolicy(request, memoryPolicyFiles(shipped));
  if (loaded.state === "error") throw new Error(JSON.stringify(loaded.problems));
  const references = referencesOf([]);
  const chosen = select(loaded.policy, { only, skip: [] }, checks, references);
  if (chosen.state === "error") throw new Error(JSON.stringify(chosen.problems));
  const opened = openHost(root, { now: () => now, killGroup: () => {} });
  if (opened.state !== "ok") throw new Error(opened.reason);
  const { host } = opened;
  try {
    const { selected } = chosen;
    const report = await audit({
      host,
      selected,
      references,
      profile,
      version: "0",
      runId: "x",
      clock: () => now,
    });
    return new Map(report.results.map(({ id, status, message }) => [id, `${status}: ${message}`]));
  } finally {
    await host.close();
  }
}

for (const name of readdirSync(nodes))
  test(`node ${name}`, async () => {
    assert.ok(existsSync(join(nodes, name, "expect.json")), `${name} has an expect.json`);
    if (process.getuid?.() !== 0) {
      console.log(`SKIPPED node ${name}: only root can give the tree's files to root`);
      return;
    }
    const expected: Expected = JSON.parse(readFileSync(join(nodes, name, "expect.json"), "utf8"));
    const root = mkdtempSync(join(tmpdir(), `nodeward-${name}-`));
    try {
      cpSync(join(nodes, name, "root"), root, { recursive: true, verbatimSymlinks: true });
      settle(root, expected.modes ?? {});
      const results = await resultsOf(root, expected);
      const wrong = Object.entries(expected.results).flatMap(([id, status]) => {
        const found = results.get(id) ?? "not selected";
        return found === status || found.startsWith(`${status}:`)
          ? []
          : [`${id}: wanted ${status}, found ${found}`];
      });
      assert.equal(wrong, []);
      assert.not.ok([...results.values()].some((message) => message.includes("internal error")));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

test.run();
