// Scenes in which a repair could shut people out: who runs it and how that session logged in, what it left, and whether
// somebody gets in from outside afterwards.
import * as assert from "uvu/assert";
import { type Bed, operator, type Result, type SshOptions, withBed } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { sideBySide } from "./beds/side-by-side.js";

/** The program, as somebody at a shell starts it. */
const nodeward = `${nodePath} ${program.inside}`;

export interface Answered {
  readonly code: number;
  readonly stderr: string;
  /** Checks that were left, with the answer and its reason. */
  readonly left: readonly {
    readonly check: string;
    readonly answer: string;
    readonly because: string;
    readonly first: string;
  }[];
  readonly groups: readonly { readonly name: string; readonly state: string; readonly reason: string }[];
  readonly ended: string;
}

export interface How extends SshOptions {
  /** Without it nobody is logged in: a service. */
  readonly user?: string | undefined;
  readonly more?: readonly string[];
}

function parsed({ code, stdout, stderr }: Result): Answered {
  try {
    const { left, runs, ended } = JSON.parse(stdout);
    return { code, stderr, left, ended, groups: runs.flatMap((run: { groups: unknown[] }) => run.groups) };
  } catch {
    throw new Error(`no answer (${code}): ${stdout}${stderr}`);
  }
}

/** Repairs these checks as the operator does: over ssh, through sudo. */
export async function repair(
  bed: Bed,
  only: readonly string[],
  { user, more = [], ...how }: How = {},
): Promise<Answered> {
  const words = [
    "audit",
    "--fix",
    "--yes",
    "--max-risk",
    "reboot",
    "--profile",
    "strict",
    "--format",
    "json",
    ...more,
  ];
  const args = [...words, "--only", ...only];
  if (user === undefined) return parsed(await bed.nodeward(args, { timeoutMs: 300_000 }));
  return parsed(await asRoot(bed, `${nodeward} ${args.join(" ")}`, { ...how, user }));
}

/** A command of root's over a new ssh session; root needs no sudo. */
export async function asRoot(
  bed: Bed,
  command: string,
  { user = operator.name, ...how }: How = {},
): Promise<Result> {
  const line = user === "root" ? command : `sudo -S -p '' ${command}`;
  return await bed.ssh(user, line, { input: `${operator.password}\n`, timeoutMs: 300_000, ...how });
}

export const confirmed = (bed: Bed, more = ""): Promise<Result> => asRoot(bed, `${nodeward} confirm ${more}`);

/** What nothing has been done about, as `defer sshd.x: because`. */
export function leftText({ left, groups }: Answered): string {
  return [
    ...left.map(({ check, answer, because }) => `${answer} ${check}: ${because}`),
    ...groups
      .filter(({ state }) => state !== "done")
      .map(({ name, state, reason }) => `${state} ${name}: ${reason}`),
  ].join("\n");
}

export async function getsIn(bed: Bed, options: SshOptions = {}): Promise<boolean> {
  return (await bed.ssh(operator.name, "true", options)).code === 0;
}

export const byPassword: SshOptions = { password: operator.password };

/** Waits until something is so, for at most the time in which access must be back. */
export async function within(seconds: number, isSo: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  assert.unreachable(`not within ${seconds} s: ${what}`);
}

const kept =
  "/etc/ssh /etc/sudoers /etc/sudoers.d /etc/ufw /etc/default/ufw /etc/pam.d /etc/security /etc/passwd /etc/shadow /etc/group /home/op /etc/systemd/system";

/** A weak node that lets its operator in by password and by key, and from which each scene starts. */
export async function prepare(bed: Bed): Promise<void> {
  await bed.put("/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication yes\n");
  await bed.sh(`
    systemctl reload ssh
    ufw --force disable >/dev/null; ufw --force reset >/dev/null; rm -f /etc/ufw/*.rules.2*
    sed -i 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="ACCEPT"/' /etc/default/ufw
    tar -cpf /root/kept.tar ${kept}`);
}

/** Everything as it was before the scene. */
export async function restore(bed: Bed): Promise<void> {
  await bed.sh(`
    for unit in $(systemctl list-units --all --plain --no-legend 'nodeward-switch-*.timer' | cut -d' ' -f1); do systemctl stop "$unit"; done
    rm -rf /var/lib/nodeward /etc/ssh/sshd_config.d /etc/sudoers.d /etc/ufw /home/op
    ufw --force disable >/dev/null 2>&1 || true
    find /etc/systemd/system -newer /root/kept.tar ! -type d -delete
    tar -xpf /root/kept.tar -C /
    ufw --force disable >/dev/null 2>&1 || true
    systemctl daemon-reload; systemctl restart ssh
    until timeout 1 bash -c '</dev/tcp/127.0.0.1/22'; do sleep 0.2; done`);
}

/** Scenes that wait for a time to run out: a bed for each, four at once. */
export function apart(scenes: readonly ((bed: Bed) => Promise<void>)[]): readonly (() => Promise<void>)[] {
  return sideBySide(
    4,
    scenes.map(
      (scene) => () =>
        withBed({ image: "debian-12", kind: "container" }, async (bed) => {
          await prepare(bed);
          await scene(bed);
        }),
    ),
  );
}

export interface Scene {
  readonly name: string;
  /** Makes the node so; as root, past sshd. */
  readonly given?: string;
  readonly only: readonly string[];
  readonly how?: How;
  /** What is left, and why; undefined where the change is made and waits. */
  readonly says?: RegExp;
  /** How somebody gets in afterwards. */
  readonly door?: SshOptions;
}

/** Plays one scene: refused with a reason, or made and waiting; in either case somebody gets in from outside. */
export async function play(bed: Bed, { name, given, only, how, says, door }: Scene): Promise<void> {
  if (given !== undefined)
    await bed.sh(`${given}\nuntil timeout 1 bash -c '</dev/tcp/127.0.0.1/22'; do sleep 0.2; done`);
  const answer = await repair(bed, only, { user: operator.name, more: ["--confirm-timeout", "60"], ...how });
  if (says === undefined) {
    assert.is(leftText(answer), "", name);
    assert.match(answer.ended, /unless it is confirmed/, name);
  } else {
    assert.ok(says.test(leftText(answer)), `${name}: ${leftText(answer)}\n${answer.ended}`);
    assert.is(answer.code, 4, name);
    assert.is(await bed.get("/var/lib/nodeward/pending"), undefined, name);
  }
  assert.ok(await getsIn(bed, door), `${name}: gets in`);
  await restore(bed);
}
