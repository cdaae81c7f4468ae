// The number that the kernel takes from a text written to /proc/sys. Knows no setting.

/**
 * As proc_get_long() of kernel/sysctl.c reads it: decimal, 0x… or octal with a leading 0, followed by the end or by a
 * blank, whatever stands behind that. Undefined where the kernel refuses the text.
 */
export function kernelNumber(value: string): number | undefined {
  const match = /^[ \t\n]*(-?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)(?:[ \t\n].*)?$/s.exec(
    value.slice(0, 4096),
  );
  const digits = match?.[2];
  if (digits === undefined) return undefined;
  const size = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return match?.[1] === "-" ? -size : size;
}
