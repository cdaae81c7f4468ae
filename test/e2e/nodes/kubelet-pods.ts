// Static pods of the stand-in kubelet: a control-plane component named in a manifest runs as a stand-in in a pid namespace
// of its own, as in a container; a changed manifest restarts it, a removed one ends it.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { at } from "./kubelet-settings.js";

/** Where the package puts the components' program. */
export const componentProgram = "/usr/libexec/stand-in-component";
const components = new Set(["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"]);

interface Pod {
  readonly text: string;
  readonly child: ChildProcess;
}

function wordsOf(text: string): readonly string[] {
  const command = at({ pod: parse(text) }, "pod.spec.containers");
  const [first] = Array.isArray(command) ? command : [];
  const words = at({ first }, "first.command");
  return Array.isArray(words) ? words.map(String) : [];
}

function started(text: string): ChildProcess | undefined {
  const words = wordsOf(text);
  if (!components.has(words[0] ?? "")) return undefined;
  const apart = ["--pid", "--fork", "--kill-child", process.execPath, componentProgram, ...words];
  return spawn("/usr/bin/unshare", apart, { stdio: "inherit" });
}

function manifests(folder: string): ReadonlyMap<string, string> {
  // Every file whose name does not start with a dot, whatever its ending.
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const paths = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
}

/** Looks at the folder now and every second. */
export function keepStaticPods(folder: string): void {
  const pods = new Map<string, Pod>();
  const look = () => {
    const now = manifests(folder);
    for (const [path, pod] of pods)
      if (now.get(path) !== pod.text || pod.child.exitCode !== null) {
        pod.child.kill("SIGKILL");
        pods.delete(path);
      }
    for (const [path, text] of now) {
      const child = pods.has(path) ? undefined : started(text);
      if (child !== undefined) pods.set(path, { text, child });
    }
  };
  look();
  setInterval(() => {
    try {
      look();
    } catch {
      // A manifest in the middle of being written; the next look sees it whole.
    }
  }, 1_000);
}
