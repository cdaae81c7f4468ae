// Repairs of services that take them badly, on a running node: each is put back, that is said, and the node is as before:
// somebody gets in, and every byte is the old one.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, withBed } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { leftText, prepare, repair, restore } from "./lockout.js";

const digests =
  "find /etc /var/lib/nodeward -xdev \\( -path /var/lib/nodeward -prune -o -type f -printf '%p %m %U:%G %T@ ' -exec sha256sum {} \\; \\) | sort";
const banner = ["sshd.x11-forwarding"];

interface Scene {
  readonly name: string;
  readonly given: string;
  /** Takes the trouble away again. */
  readonly after?: string;
  readonly only: readonly string[];
  readonly more?: readonly string[];
  readonly says: RegExp;
  /** Rolled back, unless told. */
  readonly code?: number;
  /** Must print nothing more than before. */
  readonly state?: string;
}

/** A program in place of another, which goes wrong from its nth call on. */
function instead(path: string, nth: number, wrong: string): string {
  return `mv ${path} ${path}.real
cat >${path} <<'END'
#!/bin/sh
echo x >>/run/calls
[ "$(wc -l </run/calls)" -lt ${nth} ] || { ${wrong}; }
exec ${path}.real "$@"
END
chmod 755 ${path}; rm -f /run/calls`;
}

const back = (path: string) => `mv -f ${path}.real ${path}; rm -f /run/calls`;
const visudo = "/usr/sbin/visudo";
const aliceFree = `echo 'Defaults !authenticate' >/etc/sudoers.d/x; chmod 440 /etc/sudoers.d/x`;
const weakSshd = "echo 'X11Forwarding yes' >/etc/ssh/sshd_config.d/10-x.conf; systemctl reload ssh";
const killedByReload = `mkdir -p /etc/systemd/system/ssh.service.d
printf '[Service]\\nRestart=no\\nExecReload=\\nExecReload=/usr/bin/systemd-run --no-block --collect /bin/sh -c "sleep 0.3; kill -KILL \${MAINPID}"\\n' >/etc/systemd/system/ssh.service.d/x.conf
systemctl daemon-reload; systemctl restart ssh`;
const filtering =
  "iptables -S | grep -v conntrack | sort; ufw status | head -n 1; systemctl is-enabled ufw || true";

const scenes: readonly Scene[] = [
  {
    name: "a validator that hangs",
    given: `${aliceFree}; ${instead(visudo, 2, "sleep 1000")}`,
    after: back(visudo),
    only: ["sudo.no-authenticate"],
    says: /^rolled-back sudo: .*did not finish within/m,
  },
  {
    name: "a validator that crashes",
    given: `${aliceFree}; ${instead(visudo, 3, "kill -SEGV $$")}`,
    after: back(visudo),
    only: ["sudo.no-authenticate"],
    says: /^rolled-back sudo: .*was ended by SIGSEGV/m,
  },
  {
    name: "a validator that removes itself",
    given: `${aliceFree}; ${instead(visudo, 2, `rm -f ${visudo}; exit 0`)}`,
    after: back(visudo),
    only: ["sudo.no-authenticate"],
    says: /^rolled-back sudo: .*is not installed, and was a moment ago/m,
  },
  {
    name: "sshd dies of the reload",
    given: `${weakSshd}; ${killedByReload}`,
    only: banner,
    says: /^rolled-back sshd: .*ssh.service is failed/m,
    state: "systemctl is-active ssh",
  },
  {
    name: "a reload that fails",
    given: `${weakSshd}; ${killedByReload.replace(/\/usr\/bin\/systemd-run.*MAINPID}"/, "/bin/false")}`,
    only: banner,
    says: /^rolled-back sshd: .*systemctl reload -- ssh.service/m,
    state: "systemctl is-active ssh",
  },
  {
    name: "a firewall whose rules do not load, which ufw keeps to itself",
    given: `ufw allow 22/tcp >/dev/null
${instead("/usr/lib/ufw/ufw-init", 1, 'case "$1" in start|reload) exit 1;; esac')}`,
    after: back("/usr/lib/ufw/ufw-init"),
    only: ["ufw.enabled"],
    more: ["--confirm-timeout", "60"],
    says: /^rolled-back ufw-enable: ufw is on, and no packet enters its IPv4 chains/m,
    state: filtering,
  },
  {
    name: "a disk without room for the originals",
    given: `${weakSshd}; mkdir -p -m 700 /var/lib/nodeward; mount -t tmpfs -o size=4m,mode=700 none /var/lib/nodeward`,
    after: "umount /var/lib/nodeward",
    only: banner,
    says: /^$/,
    code: 3,
    state: "systemctl is-active ssh",
  },
];

async function play(bed: Bed, scene: Scene): Promise<void> {
  const { name, given, after, only, more = [], says, code = 5, state = "true" } = scene;
  await bed.sh(given);
  const before = [await bed.sh(digests), await bed.sh(state)];
  const answer = await repair(bed, only, { user: operator.name, more });
  assert.ok(says.test(leftText(answer)), `${name}: ${leftText(answer)}\n${JSON.stringify(answer)}`);
  assert.is(answer.code, code, `${name}: ${JSON.stringify(answer)}`);
  if (code === 3) assert.match(answer.ended, /has \d+ bytes to spare/, name);
  if (after !== undefined) await bed.sh(after);
  const now = [await bed.sh(digests), await bed.sh(state)];
  if (!/visudo|ufw-init/.test(given)) assert.equal(now, before, name);
  assert.is(now[1], before[1], name);
  assert.is((await bed.ssh(operator.name, "true")).code, 0, `${name}: gets in`);
  await restore(bed);
}

/** A validator that takes its time; whoever closes the terminal meanwhile. */
async function closedTerminal(bed: Bed): Promise<void> {
  await bed.sh(`${aliceFree}; ${instead(visudo, 2, "sleep 3")}`);
  const fix = ["audit", "--fix", "--yes", "--max-risk", "reboot", "--only", "sudo.no-authenticate"];
  await bed.sh(`systemd-run --quiet --unit=closed ${nodePath} ${program.inside} ${fix.join(" ")}
until [ "$(wc -l 2>/dev/null </run/calls)" = 2 ]; do sleep 0.1; done
systemctl kill --kill-who=main --signal=HUP closed
while systemctl -q is-active closed; do sleep 0.1; done
${back(visudo)}`);
  assert.match((await bed.nodeward(["history"])).stdout, /waits/, "the run is whole, and waits");
  assert.is((await bed.nodeward(["undo", "last"])).code, 0);
  assert.match(await bed.sh("cat /etc/sudoers.d/x"), /!authenticate/);
  await restore(bed);
}

test("services that take a repair badly: put back, said, as before", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await prepare(bed);
    for (const scene of scenes) await play(bed, scene);
    await closedTerminal(bed);
  }));

test.run();
