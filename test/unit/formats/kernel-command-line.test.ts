// The kernel's command line as the kernel and as kmod read it, and GRUB's menu, whose passwords never get out.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseGrubCfg, parseLoaderEntry } from "../../../src/formats/grub-cfg.js";
import { parseKernelCommandLine, parseModprobeParameters } from "../../../src/formats/kernel-command-line.js";

const words = (text: string) =>
  parseKernelCommandLine(text).parameters.map(({ name, value }) => [name, value]);

test("names, values, quotes, and where the kernel's part ends", () => {
  assert.equal(words('ro  root=/dev/sda1 a="b c" "d=e f" g= h=i=j "k l"\n'), [
    ["ro", undefined],
    ["root", "/dev/sda1"],
    ["a", "b c"],
    ["d", "e f"],
    ["g", ""],
    ["h", "i=j"],
    ["k l", undefined],
  ]);
  assert.equal(words("quiet -- init=/x apparmor=0"), [["quiet", undefined]]);
  assert.equal(words('a="b c'), [["a", "b c"]]);
});

test("a name is the same with hyphen and underscore; the last counts", () => {
  const line = parseKernelCommandLine("module_blacklist=a module-blacklist=b,c x");
  assert.is(line.last("module_blacklist")?.value, "b,c");
  assert.is(line.all("module-blacklist").length, 2);
  assert.is(line.last("nothing"), undefined);
});

test("kmod reads on behind --, and only module.option words", () => {
  assert.equal(
    parseModprobeParameters('a.b=c -- modprobe.blacklist=x,y z=1.2 "p.q=r s" t.u v.w.x=1 y."z"\n').map(
      ({ module, option }) => `${module} ${option}`,
    ),
    ["a b=c", "modprobe blacklist=x,y", 'p q="r s"', "t u"],
  );
});

test("every text can be read, and every span is the file's", () => {
  const piece = fc.constantFrom('"', " ", "=", ".", "a", "--", "\t", "\n", "\0", "é", "b-c_d");
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
      (text) => {
        for (const { span, text: shown } of parseKernelCommandLine(text).parameters)
          assert.is(text.slice(span.start, span.end), shown);
        for (const { span } of parseModprobeParameters(text)) assert.ok(span.end <= text.length);
      },
    ),
    { numRuns: 500, seed: 1 },
  );
});

const menu = `set default="0"
set superusers="root, alice"
password_pbkdf2 root grub.pbkdf2.sha512.10000.SECRET
password alice SECRET
menuentry 'Debian' --class debian --unrestricted {
	linux	/vmlinuz-6.1.0 root=UUID=1 ro  quiet apparmor=0
	initrd	/initrd.img
}
menuentry 'Recovery' {
  linuxefi /vmlinuz-6.1.0 root=UUID=1 single
}
`;

test("GRUB's menu: command lines, who is asked for a password, and never the password", () => {
  const cfg = parseGrubCfg("/boot/grub/grub.cfg", menu);
  assert.equal(
    cfg.commands.map(({ commandLine, source }) => [commandLine, source.line]),
    [
      ["root=UUID=1 ro  quiet apparmor=0", 6],
      ["root=UUID=1 single", 10],
    ],
  );
  assert.equal(
    cfg.superusers.map(({ name }) => name),
    ["root", "alice"],
  );
  assert.equal(
    cfg.passwords.map(({ user, weak }) => [user, weak]),
    [
      ["root", false],
      ["alice", true],
    ],
  );
  assert.equal(
    cfg.restricted.map(({ line }) => line),
    [9],
  );
  assert.not.match(JSON.stringify(cfg), "SECRET");
  assert.not.match(JSON.stringify(parseGrubCfg("/u", "GRUB2_PASSWORD=grub.pbkdf2.SECRET\n")), "SECRET");
  assert.ok(parseGrubCfg("/u", "GRUB2_PASSWORD=grub.pbkdf2.SECRET\n").variables.has("GRUB2_PASSWORD"));
  const red = parseGrubCfg("/g", "password_pbkdf2 root ${GRUB2_PASSWORD}\n");
  assert.is(red.passwords[0]?.variable, "GRUB2_PASSWORD");
});

test("an entry of the Boot Loader Specification: its options lines are one", () => {
  const entry = "title x\nlinux /vmlinuz\noptions root=1 ro\n# options y\noptions quiet\n";
  assert.equal(
    parseLoaderEntry("/e", entry).map(({ commandLine, source }) => [commandLine, source.line]),
    [["root=1 ro quiet", 3]],
  );
  assert.equal(parseLoaderEntry("/e", "title x\n"), []);
});

test("hostile menus take no longer than their size", () => {
  const started = performance.now();
  for (const text of [
    '"'.repeat(200_000),
    `'"\\`.repeat(100_000),
    "\\".repeat(200_001),
    "linux ".repeat(100_000),
  ])
    parseGrubCfg("/g", text);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
