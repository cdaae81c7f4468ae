// A command line that the API server exits over is judged by no check: neither passed nor failed.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { flags } from "../../../../src/checks/apiserver/index.js";
import { statusOf, verdictOf } from "../../../support/check.js";

const path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
const anonymous = flags.find(({ id }) => id === "apiserver.anonymous-auth");

async function verdict(...words: readonly string[]): Promise<string> {
  const items = ["kube-apiserver", ...words].map((word) => `    - ${JSON.stringify(word)}\n`).join("");
  const manifest = `kind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: kube-apiserver\n    command:\n${items}`;
  if (anonymous === undefined) throw new Error("the check is gone");
  const found = await verdictOf(anonymous, { files: { [path]: manifest } });
  return "undecided" in found ? found.undecided : statusOf(found);
}

test("words that belong to no flag, and a flag without its value", async () => {
  const off = "--anonymous-auth=false";
  assert.is(await verdict(off), "pass");
  for (const [words, reason] of [
    [["--anonymous-auth", "false"], "the word false belongs to no flag"],
    [["--", off], `the word ${off} belongs to no flag`],
    [["-anonymous-auth=false"], "the word -anonymous-auth=false belongs to no flag"],
    [["$(EXTRA)", off], "the word $(EXTRA) belongs to no flag"],
    [[off, "--secure-port"], "--secure-port lacks its value"],
  ] as const)
    assert.is(await verdict(...words), `kube-apiserver does not start: ${reason}`);
});

test("a bare flag of the kind that takes no value takes none", async () => {
  assert.is(await verdict("--watch-cache", "--anonymous-auth=false"), "pass");
  assert.is(await verdict("--secure-port", "6443", "--anonymous-auth=false"), "pass");
});

test.run();
