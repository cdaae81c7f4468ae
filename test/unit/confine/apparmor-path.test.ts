import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { generalised } from "../../../src/confine/apparmor-path.js";
import { fitter } from "../../../src/confine/apparmor-variables.js";
import { parsePolicyRules } from "../../../src/formats/apparmor-rules.js";
import { tunables } from "../../support/apparmor-syntaxes.js";

const variables = parsePolicyRules(tunables).variables;

test("the pattern of a path takes the path", () => {
  const samples: readonly (readonly [string, string])[] = [
    ["/usr/lib/x86_64-linux-gnu/libc-2.31.so", "/usr/lib/@{multiarch}/libc-*.so*"],
    ["/usr/lib/python3.11/os.py", "/usr/lib/python3.[0-9]*/os.py"],
    ["/lib/modules/6.1.0-13-amd64/modules.dep", "/lib/modules/*/modules.dep"],
    ["/run/user/1000/bus", "/run/user/@{uid}/bus"],
    [
      "/var/lib/kubelet/pods/0a1b2c3d-1111-2222-3333-444455556666/volumes",
      "/var/lib/kubelet/pods/[0-9a-fA-F]*-[0-9a-fA-F]*-[0-9a-fA-F]*-[0-9a-fA-F]*-[0-9a-fA-F]*/volumes",
    ],
    [
      `/sys/fs/cgroup/system.slice/docker-${"0a".repeat(32)}.scope/cpu.max`,
      "@{sys}/fs/cgroup/system.slice/docker-[0-9a-f]*.scope/cpu.max",
    ],
    ["/tmp/sedXy12Zq", "/tmp/sed??????"],
    ["/etc/app.config", "/etc/app.config"],
    ["/proc/sys/net/ipv4/conf/eth0/rp_filter", "@{PROC}/sys/net/ipv4/conf/*/rp_filter"],
    ["/sys/devices/pci0000:00/0000:00:1f.2/class", "@{sys}/devices/pci*/*/class"],
    ["/dev/pts/12", "/dev/pts/[0-9]*"],
    ["/usr/share/doc/readme", "/usr/share/doc/readme"],
    ["/home/ada/", "@{HOME}/"],
  ];
  for (const [path, pattern] of samples) assert.is(generalised(path), pattern);
  const part = fc.oneof(
    fc.constantFrom(
      "usr",
      "lib",
      "proc",
      "sys",
      "home",
      "root",
      "tmp",
      "7",
      "123456",
      "x86_64-linux-gnu",
      "a.so.1",
      "net",
      "task",
      "class",
      "modules",
    ),
    fc.constantFrom(
      "0a1b2c3d-1111-2222-3333-444455556666",
      "deadbeef0123",
      "f.Xy12Zq",
      "conf",
      "pods",
      "4.5",
      "cpu12",
      "0000:00:1f.2",
    ),
    fc.stringMatching(/^[ -.0-~]{1,12}$/),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 7 }), fc.boolean(), (parts, isFolder) => {
      const path = `/${parts.join("/")}${isFolder ? "/" : ""}`;
      const pattern = generalised(path);
      assert.ok(fitter(pattern, variables)(path), `${path} ${pattern}`);
    }),
    { numRuns: 1500, seed: 11 },
  );
});

test.run();
