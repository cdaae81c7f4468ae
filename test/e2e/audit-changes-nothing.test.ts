// An audit leaves the node as it was: every file's bytes and metadata, and no call that could change one.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Bed } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { withWeakWorker } from "./nodes/prepared.js";

/** What changes by itself: logs being written, and what systemd keeps of running units. */
const alive = "/var/log /run /tmp /proc /sys /dev /var/lib/systemd/timesync";

/** Every entry with its metadata but the time of access, and every file with its content. */
async function fingerprint(bed: Bed): Promise<readonly string[]> {
  const pruned = alive
    .split(" ")
    .map((path) => `-path ${path} -prune -o`)
    .join(" ");
  const listed = await bed.sh(`
find / ${pruned} -printf '%p %y %m %U %G %s %T@ %C@ %l\\n' | LC_ALL=C sort
find / ${pruned} -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
`);
  return listed.split("\n");
}

test("an audit changes no file of the node", () =>
  withWeakWorker({ image: "debian-12", kind: "container" }, async (bed) => {
    const before = await fingerprint(bed);
    assert.ok(before.length > 10_000);
    for (const format of ["json", "text", "html"])
      assert.is((await bed.nodeward(["audit", "--format", format])).code, 1);
    for (const command of ["access", "exposure", "containers", "secrets"]) await bed.nodeward([command]);
    await bed.nodeward(["audit"], { user: "op" });
    const after = new Set(await fingerprint(bed));
    assert.equal(
      before.filter((line) => !after.has(line)),
      [],
    );
    assert.is(after.size, new Set(before).size);
  }));

/** Calls that change files, and those that open one, which may create or write it. */
const changing =
  "creat,truncate,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat," +
  "mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,utimensat,setxattr,lsetxattr,fsetxattr,removexattr," +
  "lremovexattr,fremovexattr,fallocate,mount,umount2,init_module,finit_module,delete_module,sethostname,settimeofday,reboot";

/** Opened for writing where writing changes nothing: the null device, and the process's own entries. */
const harmless = /"\/dev\/(?:null|tty)"|"\/proc\/(?:self|thread-self)\//;

test("an audit asks the kernel for nothing that changes a file", () =>
  withWeakWorker({ image: "debian-12", kind: "container" }, async (bed) => {
    const trace = `trace=${changing},open,openat,openat2`;
    const traced = ["strace", "-f", "-qq", "-e", trace, "-e", "signal=none", "-o", "/run/trace"];
    const audit = [nodePath, program.inside, "audit", "--format", "json"];
    assert.is((await bed.run([...traced, ...audit])).code, 1);
    const lines = ((await bed.get("/run/trace")) ?? "").split("\n");
    assert.ok(lines.length > 1_000, "the trace is that of an audit");
    const writing = lines.filter((line) => {
      if (/ = -1 E/.test(line) || harmless.test(line)) return false;
      const [, call] = /^\d+\s+([a-z0-9_]+)\(/.exec(line) ?? [];
      if (call === undefined) return false;
      return call.startsWith("open") ? /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND/.test(line) : true;
    });
    assert.equal(writing, []);
  }));

test.run();
