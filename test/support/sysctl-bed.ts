// A shell in a mount namespace of its own, in which the programs that set kernel settings find our files and, in the
// place of /proc/sys, a directory: nothing of this machine is read or changed.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Programs {
  readonly systemd: string;
  readonly procps: string;
}

const scriptFor = (programs: Programs) => `
set -e
for d in etc run usr/local/lib usr/lib/sysctl.d; do mkdir -p "$1/$d"; done
mount --bind "$1/sys" /proc/sys
mount --bind "$1/etc" /etc
mount --bind "$1/run" /run
mount --bind "$1/usr/local/lib" /usr/local/lib
mount --bind "$1/usr/lib/sysctl.d" /usr/lib/sysctl.d
echo ready
while read -r program; do
  case $program in
    systemd) ${programs.systemd} >/dev/null 2>&1 || true ;;
    procps) ${programs.procps} -q --system >/dev/null 2>&1 || true ;;
  esac
  echo done
done`;

/** A shell in a namespace of its own that runs a program whenever it is told. */
export class Bed {
  private readonly waiting: ((line: string) => void)[] = [];
  private readonly lines: string[] = [];

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on("line", (line) => this.give(line));
    child.on("close", () => this.give("closed"));
  }

  private give(line: string): void {
    const next = this.waiting.shift();
    if (next === undefined) this.lines.push(line);
    else next(line);
  }

  line(): Promise<string> {
    const ready = this.lines.shift();
    return ready === undefined
      ? new Promise((resolve) => this.waiting.push(resolve))
      : Promise.resolve(ready);
  }

  run(program: keyof Programs): Promise<string> {
    this.child.stdin.write(`${program}\n`);
    return this.line();
  }

  end(): void {
    this.child.stdin.end();
  }
}

/** `top` holds etc, run, usr and, for /proc/sys, sys. The first line is `ready` where a namespace could be made. */
export function openBed(top: string, programs: Programs): Bed {
  return new Bed(spawn("unshare", ["-m", "sh", "-c", scriptFor(programs), "sh", top]));
}
