// The dead man's switch: before a change that can shut people out or stop pods, three things stand that put it back by
// themselves unless somebody confirms it: a record on the disk, a timer that outlives us, and a unit for the next boot.
import { pathTrust } from "../facts/path-trust.js";
import { startedTicks } from "../facts/processes.js";
import type { HostAction } from "../host/actions.js";
import type { Detached } from "../host/detached.js";
import type { Host } from "../host/host.js";
import { look, type Machine } from "./machine.js";
import { recoverCronText, recoverUnit, recoverUnitText } from "./recover-unit.js";
import type { State } from "./session.js";
import { type Pending, pendingName, readPending, writePending } from "./switch-record.js";

export interface SwitchHands {
  /** The words that start this very program, by absolute paths. */
  readonly self: readonly string[];
  readonly pid: number;
  readonly detach: (command: readonly string[]) => Promise<Detached>;
}

export interface Switch {
  /** Undefined when everything stands; else why nothing risky may be changed. */
  arm(run: string): Promise<string | undefined>;
  /** The changes are made: the time begins. Answers until when somebody must confirm them. */
  hold(run: string): Promise<string>;
  disarm(): Promise<void>;
  /** Goes on standing as it does: what is to be put back could not be yet. */
  leave(): Promise<void>;
}

const shipped = `/usr/lib/systemd/system/${recoverUnit}`;
const written = `/etc/systemd/system/${recoverUnit}`;
const wanted = `/etc/systemd/system/sysinit.target.wants/${recoverUnit}`;
const cronFile = "/etc/cron.d/nodeward-recover";

export async function hasSystemd(host: Host): Promise<boolean> {
  return (await host.lstat("/run/systemd/system")).state === "ok";
}

class ArmedSwitch implements Switch {
  private token = 0;
  private pending: Pending | undefined;
  /** The parts that stand, for the journal. */
  private layers: readonly string[] = [];
  private beating: Promise<void> | undefined;
  private over = false;

  constructor(
    private readonly machine: Machine,
    private readonly state: State,
    private readonly hands: SwitchHands,
    private readonly seconds: number,
  ) {}

  async arm(run: string): Promise<string | undefined> {
    const reason = (await this.programStands()) ?? (await this.bootStands()) ?? (await this.renew(run));
    if (reason === undefined) this.beating = this.beat(run);
    else await this.disarm();
    return reason === undefined ? undefined : `the dead man's switch could not be armed: ${reason}`;
  }

  async hold(run: string): Promise<string> {
    await this.rest();
    // Where nothing new stands the last one does: the time is shorter then.
    const reason = await this.renew(run);
    if (reason !== undefined) this.machine.say(reason);
    const until = this.pending?.until ?? new Date(this.machine.clock()).toISOString();
    this.state.journal.append({ event: "armed", run, until, layers: this.layers });
    return until;
  }

  async disarm(): Promise<void> {
    await this.rest();
    this.state.files.remove(pendingName);
    if (this.pending !== undefined) await stopTimer(this.machine, this.pending);
    this.pending = undefined;
  }

  leave(): Promise<void> {
    return this.rest();
  }

  /** While changes are being made the time begins anew again and again; it runs out when we are gone. */
  private async beat(run: string): Promise<void> {
    const every = Math.max(3, Math.floor(this.seconds / 3));
    for (let waited = 1; !this.over; waited++) {
      await this.machine.sleep(1000);
      if (!this.over && waited % every === 0) await this.renew(run);
    }
  }

  private async rest(): Promise<void> {
    this.over = true;
    await this.beating;
    this.beating = undefined;
    this.over = false;
  }

  /** Whoever could replace the program would be root at the next boot. */
  private async programStands(): Promise<string | undefined> {
    const paths = this.hands.self.filter((text) => text.startsWith("/"));
    return await look(this.machine, async (host) => {
      for (const path of paths) {
        const trust = await pathTrust(host, path);
        if (trust.missing) return `${path} is not there`;
        if (trust.weak[0] !== undefined) return `${path} is started by it, and ${trust.weak[0]}`;
      }
      return paths.length === 0 ? "it is not known how this program is started" : undefined;
    });
  }

  private async bootStands(): Promise<string | undefined> {
    const { self } = this.hands;
    const folder = this.state.files.path;
    return await look(this.machine, async (host) => {
      if (!(await hasSystemd(host))) return this.cronStands(host);
      const own = (await host.stat(shipped)).state === "ok";
      const text = recoverUnitText(self, folder);
      const there = await host.read(written);
      const stale = !own && (there.state !== "ok" || there.text !== text);
      if (stale) {
        const reason = await this.write(written, text);
        if (reason !== undefined) return reason;
      }
      if (!stale && (await host.lstat(wanted)).state === "ok") return undefined;
      const reason = (await this.act("reload-systemd")) ?? (await this.act("enable-unit", recoverUnit));
      if (reason !== undefined) return reason;
      const link = await look(this.machine, (now) => now.lstat(wanted));
      return link.state === "ok" ? undefined : `${recoverUnit} is not enabled`;
    });
  }

  private async cronStands(host: Host): Promise<string | undefined> {
    if ((await host.stat("/etc/cron.d")).state !== "ok")
      return "neither systemd nor cron would put it back after a restart";
    const text = recoverCronText(this.hands.self);
    const there = await host.read(cronFile);
    return there.state === "ok" && there.text === text ? undefined : await this.write(cronFile, text);
  }

  private async write(path: string, text: string): Promise<string | undefined> {
    const place = this.machine.writer.open(path, "name");
    if ("state" in place) return place.reason;
    try {
      const file = { bytes: Buffer.from(text), mode: 0o644, uid: 0, gid: 0, like: "none" as const };
      for (const done of [() => place.stage(file), () => place.commit(), () => place.sync()]) {
        const made = done();
        if (made.state !== "ok") return made.reason;
      }
      return undefined;
    } finally {
      place.close();
    }
  }

  /** A new timer, then the record that it goes by, then the old timer goes: at every moment one of them is due. */
  private async renew(run: string): Promise<string | undefined> {
    const { machine, state, hands, seconds } = this;
    const before = this.pending;
    const token = `${++this.token}`;
    const until = new Date(machine.clock() + seconds * 1000).toISOString();
    const command = [...hands.self, "undo", run, "--switch", token];
    const systemd = await look(machine, hasSystemd);
    const unit = systemd ? `nodeward-switch-${run}-${token}` : "";
    const reason = systemd ? await this.timerStands(unit, command) : await this.processStands(command);
    if (reason !== undefined) return reason;
    const started = await look(machine, (host) => startedTicks(host, hands.pid));
    const pending: Pending = { run, until, token, unit, pid: hands.pid, started: started ?? 0 };
    const recorded = writePending(state.files, pending);
    if (recorded.state !== "ok" || readPending(state.files)?.token !== token) {
      await stopTimer(machine, pending);
      return recorded.state === "ok" ? "its record cannot be read back" : recorded.reason;
    }
    this.pending = pending;
    this.layers = ["record", systemd ? "timer" : "process", systemd ? "boot unit" : "cron"];
    if (before !== undefined) {
      await stopTimer(machine, before);
      return undefined;
    }
    const said = state.journal.append({ event: "armed", run, until, layers: this.layers });
    return said.state === "ok" ? undefined : said.reason;
  }

  private async timerStands(unit: string, command: readonly string[]): Promise<string | undefined> {
    const reason = await this.act("arm-timer", unit, String(this.seconds), ...command);
    if (reason !== undefined) return reason;
    const answer = await look(this.machine, (host) => host.run("unit-active", `${unit}.timer`));
    const active = answer.state === "ok" && answer.stdout.trim() === "active";
    return active ? undefined : `the timer ${unit} does not run`;
  }

  private async processStands(command: readonly string[]): Promise<string | undefined> {
    const started = await this.hands.detach([...command, "--after", String(this.seconds)]);
    if (started.state !== "ok") return started.reason;
    const stat = await look(this.machine, (host) => host.read(`/proc/${started.pid}/stat`));
    // proc_pid_stat(5): after the name state, parent, group and session.
    const session = stat.state === "ok" ? stat.text.slice(stat.text.lastIndexOf(")") + 2).split(" ")[3] : "";
    return session === String(started.pid) ? undefined : "the process that waits has no session of its own";
  }

  private async act(name: HostAction, ...args: readonly string[]): Promise<string | undefined> {
    const result = await this.machine.act?.(name, ...args);
    if (result === undefined) return "nothing runs here";
    if (result.state !== "ok") return result.reason;
    return result.code === 0 ? undefined : `${name}: ${result.stderr.trim() || `ended with ${result.code}`}`;
  }
}

/** A timer of systemd ends; a process that waits finds that its token is no longer the one. */
export async function stopTimer(
  { act }: Pick<Machine, "act">,
  { unit }: Pick<Pending, "unit">,
): Promise<void> {
  if (unit !== "") await act?.("stop-unit", `${unit}.timer`);
}

export function deadMansSwitch(machine: Machine, state: State, hands: SwitchHands, seconds: number): Switch {
  return new ArmedSwitch(machine, state, hands, seconds);
}
