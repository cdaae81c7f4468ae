// Rules of the Linux audit system (audit.rules(7)): how many lines ask the kernel to watch something. Nothing of what.

/** Lines of -w, -a and -A; control lines (-D, -b, -e) ask for nothing. */
export function countAuditRules(text: string): number {
  return text.split("\n").filter((line) => /^\s*-[waA]\s/.test(line)).length;
}
