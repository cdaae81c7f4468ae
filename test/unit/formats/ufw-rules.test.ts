import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits, type Edit } from "../../../src/core/edit.js";
import { parseApplications } from "../../../src/formats/ufw-applications.js";
import {
  addRule,
  parseUfwRules,
  replaceRule,
  ruleText,
  type UfwRulesFile,
} from "../../../src/formats/ufw-rules.js";
import { asCommand, parseTuple, type UfwRule } from "../../../src/formats/ufw-tuple.js";
import { ufwRule } from "../../support/ufw.js";

const pristine =
  "*filter\n:ufw-user-input - [0:0]\n### RULES ###\n-A ufw-user-limit -j REJECT\n-A ufw-user-limit-accept -j ACCEPT\nCOMMIT\n";
const ssh =
  "\n### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n-A ufw-user-input -p tcp --dport 22 -j ACCEPT\n";
const web =
  "\n### tuple ### deny any 80 0.0.0.0/0 any 10.0.0.0/8 in comment=6869\n-A ufw-user-input -p tcp --dport 80 -s 10.0.0.0/8 -j DROP\n-A ufw-user-input -p udp --dport 80 -s 10.0.0.0/8 -j DROP\n";
const two = `*filter\n### RULES ###\n${ssh}${web}\n### END RULES ###\n\n### LOGGING ###\nCOMMIT\n`;

function parse(text: string): UfwRulesFile {
  return parseUfwRules("/etc/ufw/user.rules", text, false);
}

function edited(text: string, edit: Edit | undefined): string {
  const result = edit === undefined ? undefined : applyEdits(text, [edit]);
  return result?.state === "ok" ? result.text : "";
}

test("rules with their places", () => {
  const { rules, malformed } = parse(two);
  assert.equal(
    rules.map(({ rule, source }) => `${source.line} ${asCommand(rule)}`),
    ["4 allow 22/tcp", "7 deny from 10.0.0.0/8 to any port 80 comment 'hi'"],
  );
  assert.equal(malformed, []);
});

test("a rule that is added stands where ufw would put it", () => {
  const rule = ufwRule({ protocol: "tcp", dport: "443" });
  assert.is(edited(two, addRule(parse(two), rule, "first")), two.replace(ssh, ruleText(rule) + ssh));
  assert.is(edited(two, addRule(parse(two), rule, "last")), two.replace(web, web + ruleText(rule)));
  for (const place of ["first", "last"] as const)
    assert.is(
      edited(pristine, addRule(parse(pristine), rule, place)),
      pristine.replace("### RULES ###\n", `### RULES ###\n${ruleText(rule)}`),
    );
  assert.is(addRule(parse("*filter\nCOMMIT\n"), rule, "first"), undefined);
  assert.is(addRule(parse("### RULES ###"), rule, "first"), undefined);
});

test("a rule is taken out or replaced with its iptables lines", () => {
  const [first, second] = parse(two).rules;
  assert.is(edited(two, first === undefined ? undefined : replaceRule(first, [])), two.replace(ssh, ""));
  const narrower = ufwRule({ protocol: "tcp", dport: "22", src: "10.0.0.0/8" });
  assert.is(
    edited(two, first === undefined ? undefined : replaceRule(first, [narrower])),
    two.replace(ssh, ruleText(narrower)),
  );
  assert.is(edited(two, second === undefined ? undefined : replaceRule(second, [])), two.replace(web, ""));
});

test("the lines of a rule", () => {
  for (const [rule, expected] of [
    [ufwRule({ inInterface: "lo" }), "-A ufw-user-input -i lo -j ACCEPT"],
    [ufwRule({ action: "deny", src: "127.0.0.0/8" }), "-A ufw-user-input -s 127.0.0.0/8 -j DROP"],
    [ufwRule({ v6: true, action: "deny", src: "::1", dst: "::/0" }), "-A ufw6-user-input -s ::1 -j DROP"],
    [
      ufwRule({ routed: true, src: "10.244.0.0/16", inInterface: "cni0", outInterface: "eth0" }),
      "-A ufw-user-forward -i cni0 -o eth0 -s 10.244.0.0/16 -j ACCEPT",
    ],
    [
      ufwRule({ protocol: "tcp", dport: "2379:2380", src: "10.0.0.1" }),
      "-A ufw-user-input -p tcp -m multiport --dports 2379:2380 -s 10.0.0.1 -j ACCEPT",
    ],
    [
      ufwRule({ action: "reject", dport: "80", direction: "out" }),
      "-A ufw-user-output -p tcp --dport 80 -j REJECT --reject-with tcp-reset\n-A ufw-user-output -p udp --dport 80 -j REJECT",
    ],
  ] as const)
    assert.is(ruleText(rule).split("\n").slice(2, -1).join("\n"), expected);
});

const ruleArbitrary: fc.Arbitrary<UfwRule> = fc
  .record({
    action: fc.constantFrom("allow", "deny", "reject"),
    routed: fc.boolean(),
    protocol: fc.constantFrom("tcp", "udp"),
    dport: fc.constantFrom("any", "22", "80,443"),
    src: fc.constantFrom("0.0.0.0/0", "10.0.0.0/8", "192.0.2.1"),
    inInterface: fc.constantFrom("", "eth0"),
    comment: fc.constantFrom("", "why not", "é"),
  })
  .map(ufwRule);

test("what is written is read again as the same rule", () => {
  fc.assert(
    fc.property(fc.array(ruleArbitrary, { maxLength: 4 }), (rules) => {
      const text = `*filter\n### RULES ###\n${rules.map(ruleText).join("")}\n### END RULES ###\nCOMMIT\n`;
      assert.equal(
        parse(text).rules.map(({ rule }) => rule),
        rules,
      );
    }),
  );
});

test("hostile texts: huge, binary, without end", () => {
  const many = `*filter\n### RULES ###\n${ssh.repeat(10_000)}\n### END RULES ###\n`;
  const started = performance.now();
  assert.is(parse(many).rules.length, 10_000);
  assert.ok(performance.now() - started < 30_000);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 120 }), (noise) => {
      const file = parse(`### RULES ###\n### tuple ### ${noise}`);
      assert.ok(file.rules.length + file.malformed.length >= 0);
      parseTuple(noise, true);
    }),
  );
  assert.is(parse("### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\0\n").malformed.length, 1);
});

test("application profiles", () => {
  const text =
    "[OpenSSH]\ntitle=x\nports=22/tcp\n\n[Web Full]\nports = 80,443/tcp|53\n[bad/name]\nports=1\n[all]\nports=1\n[none]\n[__proto__]\nports=9\n";
  assert.equal(
    parseApplications("/f", text).map(({ name, ports, source }) => [name, ports, source.line]),
    [
      ["OpenSSH", ["22/tcp"], 1],
      ["Web Full", ["80,443/tcp", "53"], 5],
    ],
  );
  const started = performance.now();
  parseApplications("/f", `[a]\nports=${" ".repeat(400_000)}x${" ".repeat(400_000)}y\n`);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
