// Can faults be injected here? Says so where they cannot: a test that is left out is never silent.
import { existsSync } from "node:fs";

const programs = ["/usr/bin/strace", "/usr/bin/setfacl", "/usr/sbin/setcap"];

export function able(): boolean {
  const missing = programs.filter((program) => !existsSync(program));
  if (process.getuid?.() !== 0) missing.push("root");
  if (missing.length > 0) console.log(`SKIPPED faults: needs ${missing.join(", ")}`);
  return missing.length === 0;
}
