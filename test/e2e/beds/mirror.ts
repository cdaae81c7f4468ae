// Where this machine gets its Debian packages from, and the same for another release. Names no host: apt is asked.
import { readFileSync } from "node:fs";
import { runProgram } from "./process.js";

/** One line of a Debian archive: `deb URI suite main`. */
export interface Archive {
  readonly uri: string;
  readonly suite: string;
}

/** The archives for a release, the main one first, as this machine's apt has them for its own (apt-get(8) indextargets). */
export async function archivesOf(release: string): Promise<readonly Archive[]> {
  const fields = "$(ORIGIN) $(REPO_URI) $(RELEASE)";
  const asked = await runProgram(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"]);
  const own = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "";
  const found = new Map<string, Archive>();
  for (const line of asked.stdout.split("\n")) {
    const [origin, uri, suite] = line.split(" ");
    if (origin !== "Debian" || uri === undefined || suite === undefined || !suite.startsWith(own)) continue;
    const archive = { uri: uri.replace(/\/$/, ""), suite: suite.replace(own, release) };
    found.set(`${archive.uri} ${archive.suite}`, archive);
  }
  const all = [...found.values()].sort((one, other) => one.suite.length - other.suite.length);
  if (all[0]?.suite !== release)
    throw new Error("this machine's apt knows no Debian archive (apt-get update?)");
  return all;
}
