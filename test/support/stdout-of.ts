// What a program prints. Drops from its standard error what it says on every machine such as this one, and nothing else.
import { spawnSync } from "node:child_process";

const usual = [
  // Debian's rpm, of every installation.
  "rpm: RPM should not be used directly install RPM packages, use Alien instead!",
  "rpm: However assuming you know what you are doing...",
  // apparmor_parser where the kernel has no AppArmor.
  "Cache read/write disabled: interface file missing. (Kernel needs AppArmor 2.4 compatibility patch.)",
];

/** Throws where the program fails. */
export function stdoutOf(program: string, words: readonly string[]): string {
  const { status, signal, error, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  const unusual = (stderr ?? "").split("\n").filter((line) => line !== "" && !usual.includes(line));
  if (status !== 0)
    throw new Error([`${program} ended with ${error?.message ?? signal ?? status}`, ...unusual].join("\n"));
  for (const line of unusual) console.error(line);
  return stdout;
}
