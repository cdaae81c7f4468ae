// getcap's output of old and new libcap, names with blanks, and lines nobody asked for.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseGetcap } from "../../../src/formats/getcap.js";

const asked = new Set(["/usr/bin/ping", "/opt/a b", "/opt/a"]);
const names = (text: string) =>
  parseGetcap(text, asked).map(({ path, capabilities }) => `${path}: ${capabilities.join(",")}`);

test("both manners, and all capabilities at once", () => {
  assert.equal(names("/usr/bin/ping cap_net_raw=ep\n"), ["/usr/bin/ping: cap_net_raw"]);
  assert.equal(names("/usr/bin/ping = cap_net_raw,cap_net_admin+ep\n"), [
    "/usr/bin/ping: cap_net_raw,cap_net_admin",
  ]);
  assert.equal(names("/opt/a b cap_chown=eip cap_sys_admin+p [rootid=1000]\n"), [
    "/opt/a b: cap_chown,cap_sys_admin",
  ]);
  assert.equal(names("/opt/a =ep\n"), ["/opt/a: all"]);
  assert.equal(names("/opt/a all=p cap_chown-e\n"), ["/opt/a: all"]);
});

test("lines of files that nobody asked for are left out", () => {
  assert.equal(names("/etc/x cap_chown=ep\n/usr/bin/ping (Operation not supported)\n\n"), [
    "/usr/bin/ping: ",
  ]);
});

test("any text is read without an exception", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("/opt/a", " ", "b", "=ep", "cap_x", "\n", "+", "[")), (parts) => {
      parseGetcap(parts.join(""), asked);
    }),
    { numRuns: 200 },
  );
});

test.run();
