// Do the kernel's rules let a pod's packet through to an address outside exactly where we say so? Random rule sets are loaded
// into a router between a pod and 169.254.169.254, in network namespaces of their own.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseNetwork } from "../../src/core/network.js";
import { forwarded } from "../../src/facts/forwarded-packets.js";
import { readFilter } from "../../src/formats/iptables-rule.js";
import { parseSaved } from "../../src/formats/iptables-save.js";
import { worldMissing } from "../support/packet-world.js";

const script = fileURLToPath(new URL("../support/forward-inside.py", import.meta.url));
const chains = ["one", "two"];
const pods = "10.244.0.0/16";

const not = fc.constantFrom("", "", "", "! ");
const source = fc.oneof(
  fc.constant(""),
  fc.tuple(not, fc.constantFrom(pods, "10.0.0.0/8", "192.0.2.0/24")).map(([no, net]) => ` ${no}-s ${net}`),
);
const destination = fc.oneof(
  fc.constant(""),
  fc
    .tuple(not, fc.constantFrom("169.254.169.254/32", "169.254.0.0/16", "169.254.169.1/32", "10.0.0.0/8"))
    .map(([no, net]) => ` ${no}-d ${net}`),
);
const links = fc.constantFrom(
  "",
  "",
  "",
  " -i cni0",
  " -o eth0",
  " ! -i eth0",
  " -o cni0",
  " -i eth0",
  " ! -o cni0",
  " -o eth+",
);
const protocol = fc.constantFrom(
  "",
  "",
  " -p udp",
  " -p tcp",
  " -p tcp -m tcp --dport 80",
  " -p tcp -m tcp --dport 8080",
);
const extra = fc.constantFrom(
  "",
  "",
  "",
  " -m conntrack --ctstate NEW",
  " -m conntrack --ctstate RELATED,ESTABLISHED",
  " -m addrtype --dst-type LOCAL",
  " -m mark --mark 0x4000/0x4000",
);

function rule(level: number): fc.Arbitrary<string> {
  const below = chains.slice(level);
  const target = fc
    .tuple(fc.constantFrom("ACCEPT", "DROP", "REJECT", "RETURN", ...below), fc.boolean())
    .map(([name, goes]) => (below.includes(name) && goes ? ` -g ${name}` : ` -j ${name}`));
  return fc.tuple(source, destination, links, protocol, extra, target).map((parts) => parts.join(""));
}

const ruleset = fc
  .tuple(
    fc.constantFrom("ACCEPT", "DROP"),
    fc.tuple(
      ...["FORWARD", ...chains].map((_, level) => fc.array(rule(level), { minLength: 1, maxLength: 4 })),
    ),
  )
  .map(([policy, lists]) =>
    [
      "*filter",
      `:FORWARD ${policy} [0:0]`,
      ...chains.map((chain) => `:${chain} - [0:0]`),
      // The fate of the first packet is asked: what follows it must not be lost.
      "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT",
      ...lists.flatMap((rules, level) => rules.map((one) => `-A ${["FORWARD", ...chains][level]}${one}`)),
      "COMMIT",
      "",
    ].join("\n"),
  );

function ours(text: string, uplinks: readonly string[] | undefined) {
  const rules = readFilter(parseSaved([{ file: "x", text }]).tables.get("filter"), 4);
  const network = parseNetwork(pods);
  return forwarded(rules, "FORWARD", {
    destination: 0xa9fe_a9fen,
    port: 80,
    pods: network === undefined ? [] : [network],
    uplinks,
  }).outcome;
}

const missing = worldMissing("iptables-restore");
if (missing === undefined)
  test("150 sets of rules", () => {
    const rulesets = fc.sample(ruleset, { numRuns: 150, seed: 23 });
    const ran = spawnSync("unshare", ["-n", "-m", "python3", script], {
      input: JSON.stringify({ rulesets }),
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    assert.is(ran.status, 0, ran.stderr);
    const { first, results }: { readonly first: boolean; readonly results: readonly boolean[] } = JSON.parse(
      ran.stdout,
    );
    assert.ok(first, "without rules it passes");
    const wrong = rulesets.filter((text, index) =>
      [["eth0"], undefined].some((uplinks) => {
        const said = ours(text, uplinks);
        return said !== "unknown" && (said === "open") !== results[index];
      }),
    );
    assert.equal(wrong, []);
    const told = rulesets.filter((text) => ours(text, ["eth0"]) !== "unknown").length;
    assert.ok(told > rulesets.length / 2, `only of ${told} of ${rulesets.length} anything is said`);
    assert.ok(results.includes(true) && results.includes(false));
  });
else console.log(`SKIPPED forwarded-packets: needs ${missing}`);

test.run();
