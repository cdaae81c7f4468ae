// Is the catalogue complete? Folder, index, tests, profiles and references name the same checks.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checks, checksById } from "../../src/checks/index.js";
import { risks } from "../../src/core/outcome.js";
import { parseYaml } from "../../src/formats/yaml.js";
import { shippedData } from "../../src/host/data.js";
import { loadPolicy } from "../../src/policy/load.js";
import { parseFramework, referencesOf } from "../../src/policy/references.js";
import { select } from "../../src/policy/select.js";
import { memoryPolicyFiles } from "../support/synthetic.js";

const top = fileURLToPath(new URL("../..", import.meta.url));
const profiles = shippedData.list("profiles").map((name) => name.replace(/\.yaml$/, ""));
const references = shippedData.list("profiles/references");

function text(path: string): string {
  return shippedData.read(path) ?? "";
}

test("every shipped profile loads and names checks that exist", async () => {
  const shipped = Object.fromEntries(profiles.map((name) => [name, text(`profiles/${name}.yaml`)]));
  for (const name of profiles) {
    const request = { config: { path: "/none", required: false }, profiles: [name], fallback: [] };
    const loaded = await loadPolicy(request, memoryPolicyFiles(shipped));
    if (loaded.state === "error") throw new Error(JSON.stringify(loaded.problems));
    const chosen = select(loaded.policy, { only: [], skip: [] }, checks, referencesOf([]));
    if (chosen.state === "error") throw new Error(JSON.stringify(chosen.problems));
    assert.ok(chosen.selected.length > 0, name);
  }
});

test("every check is in a profile", () => {
  const named = profiles.map((name) => text(`profiles/${name}.yaml`)).join("\n");
  const lost = [...checksById.keys()].filter((id) => !named.includes(`  ${id}: `) && !globbed(named, id));
  assert.equal(lost, []);
});

function globbed(named: string, id: string): boolean {
  const parts = id.split(".");
  return parts.some((_, length) => named.includes(`  ${parts.slice(0, length + 1).join(".")}.*: `));
}

test("every benchmark item names checks that exist, once, and has a title of its framework", () => {
  for (const file of references) {
    const parsed = parseYaml(text(`profiles/references/${file}`));
    if (parsed.state === "error")
      throw new Error(`${file}:${parsed.problem.line}: ${parsed.problem.message}`);
    assert.equal(
      parsed.duplicates.map(({ key }) => key),
      [],
      `${file}: repeated items`,
    );
    const result = parseFramework(file, text(`profiles/references/${file}`));
    if ("problem" in result) throw new Error(result.problem.message);
    const { framework } = result;
    assert.is.not(framework.title, "", file);
    const lost = [...framework.items].flatMap(([item, ids]) =>
      ids.filter((id) => !checksById.has(id)).map((id) => `${item}: ${id}`),
    );
    assert.equal(lost, [], file);
    const both = [...framework.items.keys()].filter((item) => framework.excluded.has(item));
    assert.equal(both, [], `${file}: items both answered and excluded`);
  }
});

test("every check says what a reader needs, and its words keep the form", () => {
  const wrong = checks.flatMap((check) => {
    const found: string[] = [];
    if (check.title === "" || /[.!]$/.test(check.title) || check.title.includes("\n")) found.push("title");
    if (check.why.length < 20 || !/[.!]$/.test(check.why.trim())) found.push("why");
    if (check.remedy.length < 10) found.push("remedy");
    if (!risks.includes(check.risk)) found.push("risk");
    if (!check.fixable && check.risk !== "none") found.push("a risk without a repair");
    return found.map((what) => `${check.id}: ${what}`);
  });
  assert.equal(wrong, []);
});

test("every parameter's default is a value that it would take", () => {
  const wrong = checks.flatMap((check) =>
    Object.entries(check.params)
      .filter(([, param]) => !param.parse(param.default).ok)
      .map(([name]) => `${check.id}.${name}`),
  );
  assert.equal(wrong, []);
});

test("every check is tested by testCheck", () => {
  const folder = join(top, "test", "unit", "checks");
  const texts = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.name.endsWith(".test.ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const domains = [...new Set(checks.map(({ domain }) => domain))];
  assert.ok(texts.every((one) => /\btest\w*Checks?\(|\bverdictOf\(/.test(one)));
  const folders = readdirSync(folder);
  assert.equal(
    domains.filter((domain) => !folders.includes(domain)),
    [],
    "domains without tests",
  );
});

test.run();
