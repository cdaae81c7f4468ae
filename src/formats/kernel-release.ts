// Releases of Linux kernels (uname -r) in their order, as linux-version(1) of linux-base sorts them. Not package versions.

/** `6.12.38+deb13-cloud-amd64` in numbers and words; words break before a hyphen. */
function parts(release: string): readonly string[] {
  return release.match(/\d+|-[^-\d]*|[^-\d]+/g) ?? [];
}

const preRelease = /^-(?:rc|trunk)$/;
const digits = /^\d+$/;

function compareParts(a: string, b: string): number {
  if (digits.test(a) && digits.test(b)) {
    const [x, y] = [BigInt(a), BigInt(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Negative when `a` is the older. A pre-release (`-rc1`) comes before the release itself. */
export function compareKernelReleases(a: string, b: string): number {
  const [left, right] = [parts(a.slice(0, 200)), parts(b.slice(0, 200))];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [x, y] = [left[index], right[index]];
    const [early, late] = [preRelease.test(x ?? ""), preRelease.test(y ?? "")];
    if (early !== late) return early ? -1 : 1;
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const order = compareParts(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

const variants = /(?:-(?!rc\d|trunk)[a-z][a-z0-9_]*)+$/;
/** Red Hat's releases end in the architecture, after the distribution's own tag. */
const architectures = /\.(?:x86_64|aarch64|ppc64le|s390x|riscv64|i686)(?:\+[a-z0-9]+)?$/;

/** The build variant at the end: `-cloud-amd64`, `-generic`, `.x86_64`; empty where there is none. */
export function kernelFlavour(release: string): string {
  const text = release.slice(0, 200);
  return architectures.exec(text)?.[0] ?? variants.exec(text)?.[0] ?? "";
}
